import { DatabaseSync } from 'node:sqlite';
import test, { type ExecutionContext } from 'ava';
import { seal } from '../../../domain/chain.ts';
import type { RecordedEvent } from '../../../domain/port/event-store.ts';
import { collect, sha256 } from '../../contract/event-store/support.ts';
import { must } from '../../support/must.ts';
import { openAt, scratchFolder } from './scratch.ts';
import { verify } from './verified-log.ts';

const stream = 'cluster-evio';
const note = (n: number, reason: string) => ({
  // As a real one: no two differ in the few digits of an epoch alone.
  id: `00000000-0000-4000-8000-${sha256(String(n)).slice(0, 12)}`,
  type: 'LeasingResumed',
  payload: JSON.stringify({ reason, type: 'LeasingResumed' }),
  metadata: {
    schema: 1,
    time: '2026-11-21T12:00:00.000Z',
    actor: 'test',
    incarnation: '00000000-0000-4000-8000-00000000000a',
    $causationId: '00000000-0000-4000-8000-00000000000b',
    $correlationId: '00000000-0000-4000-8000-00000000000b',
  },
});

const begin = (t: ExecutionContext) => {
  const path = `${scratchFolder(t)}/ledger.db`;
  const store = openAt(path);
  t.teardown(store.close);
  const append = async (reason: string, ...numbers: ReadonlyArray<number>): Promise<void> => {
    const head = must(await store.head(stream)());
    const events = seal(
      sha256,
      stream,
      head,
      numbers.map((n) => note(n, reason)),
    );
    must(await store.append({ stream, expectedRevision: head?.revision ?? 'no-stream', events })());
  };
  const supersede = async (behind: number, epoch: number): Promise<void> => {
    must(await store.supersede({ stream, behind, epoch })());
  };
  const told = async (name: string) =>
    (await collect(store.readStream(name))).map(({ revision, payload }: RecordedEvent) => [
      revision,
      JSON.parse(payload).reason,
    ]);
  return { path, store, append, supersede, told };
};

test('a superseded end keeps its place under another name, and the stream goes on behind what stayed, with ids that were there', async (t) => {
  const { path, store, append, supersede, told } = begin(t);
  await append('first', 0, 1, 2, 3, 4);
  const before = await collect(store.readAll());
  await supersede(1, 1);
  t.deepEqual(must(await store.head(stream)()), {
    revision: 1,
    hash: before[1]?.hash ?? '',
    position: 1,
  });
  await append('second', 2, 3, 5);
  t.deepEqual(
    (await told(stream)).map(([, reason]) => reason),
    ['first', 'first', 'second', 'second', 'second'],
  );
  t.deepEqual(await told('superseded-1:cluster-evio'), [
    [2, 'first'],
    [3, 'first'],
    [4, 'first'],
  ]);
  const after = await collect(store.readAll());
  t.deepEqual(
    after.slice(0, 5).map(({ position, hash, payload, recordedAt }) => [position, hash, payload, recordedAt]),
    before.map(({ position, hash, payload, recordedAt }) => [position, hash, payload, recordedAt]),
  );
  t.is(verify(path), undefined);
  await store.close();
  const again = openAt(path);
  t.teardown(again.close);
  t.is(must(await again.head(stream)())?.revision, 4);
});

test('asked again it does nothing; a later epoch supersedes from further back, or all of it, and every chain holds', async (t) => {
  const { path, append, supersede, told } = begin(t);
  await append('first', 0, 1, 2, 3);
  await supersede(2, 1);
  await supersede(2, 1);
  await append('second', 3, 4);
  t.is(verify(path), undefined);
  await supersede(1, 2);
  await append('third', 2, 3);
  t.is(verify(path), undefined);
  t.deepEqual(await told('superseded-2:cluster-evio'), [
    [2, 'first'],
    [3, 'second'],
    [4, 'second'],
  ]);
  await supersede(-1, 3);
  t.deepEqual(await told(stream), []);
  t.is(verify(path), undefined);
  await append('fourth', 0, 1);
  t.is(verify(path), undefined);
  t.deepEqual(
    (await told(stream)).map(([, reason]) => reason),
    ['fourth', 'fourth'],
  );
});

test('what was superseded is verified like anything else: an altered word, or another id, is named', async (t) => {
  const { path, store, append, supersede } = begin(t);
  await append('first', 0, 1, 2);
  await supersede(0, 1);
  await append('second', 1);
  await store.close();
  const alter = (sql: string): void => {
    const db = new DatabaseSync(path);
    db.exec(sql);
    db.close();
  };
  alter(`UPDATE event SET id = x'00000000000040008000000000000077' WHERE position = 2`);
  t.like(verify(path), { type: 'hash', position: 2, stream: 'superseded-1:cluster-evio' });
  alter(`UPDATE event SET payload = replace(payload, 'first', 'forged') WHERE position = 1`);
  t.like(verify(path), { type: 'payload', position: 1, stream: 'superseded-1:cluster-evio' });
});
