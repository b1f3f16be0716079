import { readdirSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { either as E } from 'fp-ts';
import { append, collect, event, events, upTo } from '../../contract/event-store/support.ts';
import { runSync } from '../../support/run.ts';
import { openAt, scratchFolder, tryOpen } from './scratch.ts';

/** A file system of this test's own. */
const smallDisk = (t: ExecutionContext, size: string): string => {
  const folder = scratchFolder(t);
  runSync('mount', '-t', 'tmpfs', '-o', `size=${size}`, 'evio-test', folder);
  t.teardown(() => runSync('umount', folder));
  return folder;
};

/** Leaves so many blocks of the file system free. */
const fillDisk = (folder: string, leaving: number): string => {
  const { bsize, bavail } = statfsSync(folder);
  const ballast = join(folder, 'ballast');
  writeFileSync(ballast, Buffer.alloc(Math.max(bavail - leaving, 0) * bsize));
  return ballast;
};

test('on a full disk appends are unavailable and leave nothing, and go on when there is space again', async (t) => {
  const folder = smallDisk(t, '2m');
  const path = join(folder, 'log.db');
  const store = openAt(path);
  t.teardown(store.close);
  await append(store, { stream: 'a', expectedRevision: 'no-stream', events: events(10) });
  const ballast = fillDisk(folder, 3);
  const wanted = {
    stream: 'a',
    expectedRevision: 9,
    events: upTo(60).map(() => event(`"${'x'.repeat(2_000)}"`)),
  } as const;
  const neighbour = { stream: 'b', expectedRevision: 'no-stream', events: events(1) } as const;
  for (const answer of await Promise.all([store.append(wanted)(), store.append(neighbour)()])) {
    t.true(
      E.isLeft(answer) && answer.left.type === 'unavailable' && /no space left/.test(answer.left.reason),
    );
  }
  t.is((await collect(store.readAll())).length, 10);
  t.deepEqual(await store.head('b')(), E.right(undefined));

  rmSync(ballast);
  t.is((await append(store, wanted)).revision, 69);
  t.is((await append(store, neighbour)).position, 70);
  await store.close();
  const again = openAt(path);
  t.is((await collect(again.readAll())).length, 71);
  await again.close();
});

test('a log that cannot be made on a full disk leaves no part of itself', async (t) => {
  const folder = smallDisk(t, '256k');
  const path = join(folder, 'log.db');
  const ballast = fillDisk(folder, 8);
  const refused = tryOpen(path);
  t.true(
    E.isLeft(refused) && refused.left.type === 'log-unavailable' && /no space left/.test(refused.left.reason),
  );
  t.deepEqual(readdirSync(folder).sort(), ['ballast', 'log.db-lock']);
  rmSync(ballast);
  const store = openAt(path);
  await append(store, { stream: 'a', expectedRevision: 'no-stream', events: events(1) });
  await store.close();
});
