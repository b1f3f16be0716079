import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { openAt } from '../../adapters/sqlite/scratch.ts';
import { generatedAppends } from '../../support/logged.ts';
import { must } from '../../support/must.ts';
import { evioctl, scratch } from './verify-scene.ts';

const logIn = async (folder: string, spec: string): Promise<string> => {
  const path = join(folder, 'ledger.db');
  const store = openAt(path);
  for (const append of generatedAppends(spec))
    must(await store.append({ ...append, durability: 'written' })());
  await store.close();
  return path;
};

const filesIn = (folder: string): Readonly<Record<string, string>> =>
  Object.fromEntries(
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map(({ parentPath, name }) => join(parentPath, name))
      .sort()
      .map((path) => [path.slice(folder.length + 1), readFileSync(path, 'utf8')]),
  );

const replay = (log: string, out: string, ...more: ReadonlyArray<string>) =>
  evioctl('--log', log, 'replay', '--out', out, ...more);

const refused = async (
  t: ExecutionContext,
  asked: ReturnType<typeof evioctl>,
  err: string,
): Promise<void> => {
  t.deepEqual(await asked, { code: 1, out: '', err });
};

test('two runs write the same bytes, and an earlier position another state', async (t) => {
  const folder = scratch(t);
  const log = await logIn(folder, 'nodes=8,events=1200,seed=2');
  const [one, other, early] = ['one', 'other', 'early'].map((name) => join(folder, name)) as [
    string,
    string,
    string,
  ];
  const first = await replay(log, one);
  t.is(first.code, 0, first.err);
  const files = filesIn(one);
  const { position } = JSON.parse(files['replay.json'] ?? '');
  t.is(first.out, `the state at position ${position} in ${Object.keys(files).length} files in ${one}\n`);
  t.true(Object.keys(files).filter((name) => name.startsWith('hosts/node-')).length >= 8);
  mkdirSync(other);
  const json = await evioctl('--json', '--log', log, 'replay', '--to', String(position), '--out', other);
  t.deepEqual(JSON.parse(json.out), { position, out: other, files: Object.keys(files).length });
  t.deepEqual(filesIn(other), files);
  t.is((await replay(log, early, '--to', '0')).code, 0);
  t.deepEqual(Object.keys(filesIn(early)), ['allocations.json', 'leases.json', 'replay.json']);
  const changed = join(folder, 'changed');
  t.is((await replay(log, changed, '--bridge', 'br1', '--datapath-type', 'netdev', '--mtu', '1300')).code, 0);
  const name = Object.keys(files).find((file) => files[file]?.includes('"evio0"')) ?? '';
  t.regex(
    filesIn(changed)[name] ?? '',
    /"bridge":\{"datapathType":"netdev","hwaddr":"[0-9a-f:]+","mtu":1300,"name":"br1"\}/,
  );
});

test('it refuses what it would spoil and what is not there', async (t) => {
  const folder = scratch(t);
  const log = await logIn(folder, 'nodes=1,events=10,seed=2');
  const out = join(folder, 'out');
  mkdirSync(out);
  writeFileSync(join(out, 'mine'), '');
  await refused(
    t,
    replay(log, out),
    `error: --out ${out} is not empty: it holds mine\n       name a folder that is empty or not there\n`,
  );
  await refused(
    t,
    replay(log, join(folder, 'new'), '--to', '5000'),
    'error: --to 5000 is behind the end of the log\n       name a position up to 9\n',
  );
  t.is((await replay(log, out, '--to', '-1')).code, 2);
  t.is((await evioctl('--log', log, 'replay')).code, 2);
  t.deepEqual(
    readdirSync(folder).filter((name) => !name.startsWith('ledger')),
    ['out'],
  );
});
