import { once } from 'node:events';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import test from 'ava';
import { collect, upTo } from '../../contract/event-store/support.ts';
import { killHard, startChild } from './child.ts';
import { openAt, scratchFolder } from './scratch.ts';

test('a writer killed at any moment loses no acknowledged event and leaves a whole log, twenty times over', async (t) => {
  const path = join(scratchFolder(t), 'log.db');
  const acknowledged = new Set<string>();
  for (const round of upTo(20)) {
    const child = startChild(t, 'writer.ts', path);
    let printed = '';
    child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      printed += text;
    });
    if (child.stdout) await once(child.stdout, 'data');
    await new Promise((resolve) => setTimeout(resolve, (round * 7) % 60));
    const drained = child.stdout ? once(child.stdout, 'close') : undefined;
    await killHard(child);
    await drained;
    for (const line of printed.split('\n').slice(0, -1)) acknowledged.add(line);

    const store = openAt(path);
    const recorded = await collect(store.readAll());
    const kept = new Set(recorded.map(({ stream, revision, id }) => `${stream} ${revision} ${id}`));
    t.deepEqual(
      [...acknowledged].filter((line) => !kept.has(line)),
      [],
    );
    t.true(recorded.every(({ position }, index) => position === index));
    for (const stream of upTo(4).map((index) => `stream-${index}`)) {
      const revisions = recorded.filter((one) => one.stream === stream).map(({ revision }) => revision);
      t.deepEqual(revisions, upTo(revisions.length));
    }
    await store.close();
  }
  t.true(acknowledged.size >= 40);
  const db = new DatabaseSync(path, { readOnly: true });
  t.deepEqual(Object.values(db.prepare('PRAGMA integrity_check').get() ?? {}), ['ok']);
  db.close();
});
