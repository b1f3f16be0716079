import { copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import test, { type ExecutionContext } from 'ava';
import { either as E } from 'fp-ts';
import { files } from '../../adapters/fs/files.ts';
import { sha256 } from '../../adapters/system/sha256.ts';
import type { EventStore } from '../../domain/port/event-store.ts';
import { snapshotText } from '../../domain/snapshot/snapshot-text.ts';
import type { Host } from '../../services/agent/ports.ts';
import { openAt, scratchFolder } from '../adapters/sqlite/scratch.ts';
import { oneByOne } from '../contract/event-store/support.ts';
import { leaseObserved, nodeName } from '../support/events.ts';
import { addPod, deletePod } from '../support/host.ts';
import { askHost, countReads, openKeptHost } from '../support/kept-host.ts';

type Life = {
  readonly store: EventStore;
  readonly host: Host;
  /** Events that opening read. */
  readonly read: number;
  /** The reasons why no snapshot was used, and the failures to write one. */
  readonly said: ReadonlyArray<unknown>;
};

/** One life of a program that keeps its host state. */
const begin = async (path: string, fingerprint = 'code'): Promise<Life> => {
  const { counted, store } = countReads(openAt(path));
  const { host, said } = await openKeptHost(store, path, fingerprint);
  return { store, host, read: counted.read, said };
};

const { type: _, ...lease } = leaseObserved;

/** A log of 103 events whose first 101 are in a snapshot. */
const livedBefore = async (
  t: ExecutionContext,
): Promise<{ readonly path: string; readonly kept: string }> => {
  const path = `${scratchFolder(t)}/ledger.db`;
  const { host, store } = await begin(path);
  await askHost(host, { type: 'start', bootId: 'boot' });
  await askHost(host, { type: 'request-join', node: nodeName('node-1'), publicKey: 'key' });
  await askHost(host, { type: 'observe-lease', ...lease });
  const pods = Array.from({ length: 49 }, (_, n) => `c${n}`);
  await Promise.all(pods.flatMap((pod) => [askHost(host, addPod(pod)), askHost(host, deletePod(pod))]));
  await host.keep(1);
  await askHost(host, addPod('last'));
  await askHost(host, addPod('very-last'));
  await store.close();
  return { path, kept: `${path}-host.snapshot` };
};

/** The state and the end of the log must not depend on snapshots; only what is read for them may. */
const foldedState = async (path: string) => {
  const { host, store, read } = await begin(`${path}`, 'never the same');
  await store.close();
  return { state: host.state(), revision: host.revision(), read };
};

test('a start reads the snapshot and what came after it, and folds no more', async (t) => {
  const { path } = await livedBefore(t);
  const folded = await foldedState(path);
  const { host, store, read, said } = await begin(path);
  t.deepEqual([host.state(), host.revision()], [folded.state, folded.revision]);
  t.deepEqual([folded.read, read, said], [103, 3, []]);
  await askHost(host, deletePod('last'));
  await store.close();
});

type Spoiling = readonly [
  what: string,
  reason: RegExp,
  spoil: (t: ExecutionContext, kept: string) => void | Promise<void>,
];

const rewrite = (kept: string, change: (text: string) => string): void =>
  writeFileSync(kept, change(readFileSync(kept, 'utf8')));

/** The same content under a right digest, with another place. */
const placedAt = (kept: string, revision: number, hash?: string): void =>
  rewrite(kept, (text) => {
    const [, label = '', state = ''] = text.split('\n');
    const { key, at } = JSON.parse(label);
    return snapshotText(sha256, key, { at: { revision, hash: hash ?? at.hash }, state });
  });

const spoilings: ReadonlyArray<Spoiling> = [
  ['deleted', /there is none/, (_t, kept) => rmSync(kept)],
  ['empty', /not what was written/, (_t, kept) => writeFileSync(kept, '')],
  ['cut off', /not what was written/, (_t, kept) => rewrite(kept, (text) => text.slice(0, -1))],
  [
    'altered in one byte',
    /not what was written/,
    (_t, kept) => rewrite(kept, (s) => s.replace('"boot"', '"bood"')),
  ],
  ['random bytes', /not what was written/, (_t, kept) => writeFileSync(kept, Buffer.alloc(4096, 0xa7))],
  ["another log's", /of another log/, async (t, kept) => copyFileSync((await livedBefore(t)).kept, kept)],
  ['ahead of the log', /ahead of the log: revision 103/, (_t, kept) => placedAt(kept, 103)],
  ['far ahead of the log', /ahead of the log: revision 900719/, (_t, kept) => placedAt(kept, 9_007_199)],
  ['of another history', /another event at revision 40/, (_t, kept) => placedAt(kept, 40)],
  [
    'of a state that is none',
    /cannot be read/,
    (_t, kept) =>
      rewrite(kept, (text) => {
        const { key, at } = JSON.parse(text.split('\n')[1] ?? '');
        return snapshotText(sha256, key, { at, state: '{"joinRequested":true}' });
      }),
  ],
];

for (const [what, reason, spoil] of spoilings) {
  test(`a snapshot that is ${what} is said once and changes nothing but time`, async (t) => {
    const { path, kept } = await livedBefore(t);
    const folded = await foldedState(path);
    await spoil(t, kept);
    const { host, store, read, said } = await begin(path);
    t.deepEqual([host.state(), host.revision(), said.length], [folded.state, folded.revision, 1]);
    t.true(read >= 103);
    t.regex(String(said[0]), reason);
    await askHost(host, deletePod('last'));
    await host.keep(1);
    const [state, revision] = [structuredClone(host.state()), host.revision()];
    await store.close();
    const next = await begin(path);
    t.deepEqual([next.host.state(), next.host.revision(), next.read, next.said], [state, revision, 1, []]);
    await next.store.close();
  });
}

test('a snapshot that other code made is not read', async (t) => {
  const { path } = await livedBefore(t);
  const { read, said, store, host } = await begin(path, 'other code');
  t.deepEqual([read, said], [103, ['another version of the program made it']]);
  await host.keep(1);
  await store.close();
  const again = await begin(path);
  t.deepEqual(again.said, ['another version of the program made it']);
  await again.store.close();
});

test('of a new log nothing is said, and of an empty stream nothing is kept', async (t) => {
  const path = `${scratchFolder(t)}/ledger.db`;
  const { host, store, said } = await begin(path);
  await host.keep(1);
  t.deepEqual(said, []);
  t.deepEqual(await files.exists(`${path}-host.snapshot`)(), E.right(false));
  await store.close();
});

test('what is not on disk yet is flushed before it is kept, and not kept when it cannot be', async (t) => {
  const path = `${scratchFolder(t)}/ledger.db`;
  const kept = files.read(`${path}-host.snapshot`);
  const { host, store } = await begin(path);
  await askHost(host, { type: 'start', bootId: 'boot' }, 'written');
  await host.keep(2);
  t.deepEqual(await kept(), E.right(undefined), 'too few events');
  const over = new AbortController();
  const shown = oneByOne(store.subscribe({ from: 0, signal: over.signal }));
  await host.keep(1);
  const first = await kept();
  t.true(E.isRight(first) && first.right !== undefined);
  t.is((await shown.next()).value?.type, 'HostStarted', 'a follower sees it: it is on disk');
  over.abort();

  const joining = askHost(
    host,
    { type: 'request-join', node: nodeName('node-1'), publicKey: 'key' },
    'written',
  );
  await host.keep(1);
  await joining;
  const second = await kept();
  t.notDeepEqual(second, first, 'an append that is under way is waited for');

  await askHost(host, { type: 'start', bootId: 'next boot' }, 'written');
  await store.close();
  await host.keep(1);
  t.deepEqual(await kept(), second);
});

test('where a snapshot can be neither read nor written that is said, and all else goes on', async (t) => {
  const { path, kept } = await livedBefore(t);
  rmSync(kept);
  mkdirSync(kept);
  const { host, store, read, said } = await begin(path);
  t.is(read, 103);
  t.regex(String(said[0]), /EISDIR/);
  await askHost(host, deletePod('last'));
  await host.keep(1);
  t.regex(JSON.stringify(said[1]), /EISDIR/);
  await askHost(host, deletePod('very-last'));
  t.is(host.revision(), 104);
  await store.close();
});
