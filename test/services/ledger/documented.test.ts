import { readFile } from 'node:fs/promises';
import test from 'ava';
import { serveOptions } from '../../../services/ledger/options.ts';

const page = new URL('../../../docs/evio-ledger.md', import.meta.url);

test('every option of serve has its row in the documentation, with variable and default, and no other has', async (t) => {
  const [, table = ''] = (await readFile(page, 'utf8')).split('| flag | variable | default | |\n');
  const [rows = ''] = table.split('\n\n');
  const rowOf = new Map(
    rows.split('\n').flatMap((row) => {
      const [, flags = ''] = row.split('|');
      return [...flags.matchAll(/--[a-z][a-z-]+/g)].map(([flag]) => [flag, row] as const);
    }),
  );
  const options = serveOptions();
  t.deepEqual([...rowOf.keys()].sort(), options.map(({ long }) => long).sort() as never);
  for (const { long, envVar = '', defaultValue, defaultValueDescription } of options) {
    const row = rowOf.get(long ?? '') ?? '';
    const short = `…${envVar.slice(envVar.lastIndexOf('_'))}`;
    t.true(row.includes(`\`${envVar}\``) || row.includes(`\`${short}\``), `${long}: ${envVar}`);
    const value = defaultValueDescription ?? defaultValue;
    if (value !== undefined) t.true(row.includes(String(value)), `${long}: ${value}`);
  }
});
