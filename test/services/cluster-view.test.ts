import { copyFileSync, rmSync, writeFileSync } from 'node:fs';
import test, { type ExecutionContext } from 'ava';
import { either as E } from 'fp-ts';
import { files } from '../../adapters/fs/files.ts';
import { openSqliteReader } from '../../adapters/sqlite/open-reader.ts';
import { ids } from '../../adapters/system/ids.ts';
import { sha256 } from '../../adapters/system/sha256.ts';
import { generateHistory } from '../../domain/generate/history.ts';
import { parseHistorySpec } from '../../domain/generate/spec.ts';
import type { LogReader } from '../../domain/port/log-reader.ts';
import { clusterViewCodec } from '../../domain/projection/stored-cluster-view.ts';
import { replayLog } from '../../domain/replay/replay-log.ts';
import { openClusterView } from '../../services/cluster-view.ts';
import { fileSnapshots } from '../../services/snapshots.ts';
import { openAt, scratchFolder } from '../adapters/sqlite/scratch.ts';
import { append } from '../contract/event-store/support.ts';
import { throughSnapshot } from '../support/kept-state.ts';

/** A log that is written further at each call, up to some thousands of events more. */
const growing = (t: ExecutionContext) => {
  const path = `${scratchFolder(t)}/ledger.db`;
  const spec = parseHistorySpec('nodes=20,events=24000,seed=3');
  if (E.isLeft(spec)) throw new Error(JSON.stringify(spec.left));
  const history = generateHistory(spec.right, { sha256, ids });
  const grow = async (events: number): Promise<void> => {
    const store = openAt(path);
    for (let written = 0; written < events; ) {
      const batch = history.next();
      if (batch.done) throw new Error('the history is at its end');
      await Promise.all(batch.value.appends.map((one) => append(store, one)));
      written += batch.value.appends.reduce((sum, one) => sum + one.events.length, 0);
    }
    await store.close();
  };
  return { path, grow };
};

/** The view as a program finds it, the events that it read for it, and why no snapshot was used. */
const open = async (path: string, fingerprint = 'code') => {
  const said: unknown[] = [];
  const quiet = () => undefined;
  const info = (_: string, fields: { readonly reason?: unknown } = {}) => void said.push(fields.reason);
  const log = { debug: quiet, info, warn: info, error: quiet };
  const snapshots = fileSnapshots({ files, sha256, log }, { logPath: path, fingerprint });
  const reader = openSqliteReader(path);
  if (E.isLeft(reader)) throw new Error(JSON.stringify(reader.left));
  let read = 0;
  const leanPages: LogReader['leanPages'] = function* (from) {
    for (const page of reader.right.leanPages(from)) {
      read += page.length;
      yield page;
    }
  };
  const view = await openClusterView({ ...reader.right, leanPages }, snapshots, async (...of) =>
    replayLog(...of),
  );
  reader.right.close();
  if (E.isLeft(view)) throw new Error(JSON.stringify(view.left));
  return { view: view.right, read, said };
};

test('a view from its snapshot is the view of the whole log, and reads only what came after', async (t) => {
  const { path, grow } = growing(t);
  await grow(11_000);
  const first = await open(path);
  t.deepEqual([first.read, first.said], [first.view.position + 1, ['there is none']]);
  await grow(300);
  const second = await open(path);
  const whole = await open(path, 'never the same');
  t.true(second.read >= 300 && second.read < 1000, `${second.read} events`);
  t.deepEqual(second.said, []);
  t.deepEqual(second.view, whole.view);
  t.is(clusterViewCodec.encode(second.view), clusterViewCodec.encode(whole.view));
  t.true(second.view.hosts.size >= 10);
});

test('a snapshot that is deleted, damaged or of another log changes nothing but time', async (t) => {
  const { path, grow } = growing(t);
  await grow(11_000);
  const kept = `${path}-cluster-view.snapshot`;
  const { view } = await open(path);
  const other = growing(t);
  await other.grow(11_000);
  await open(other.path);
  for (const spoil of [
    () => rmSync(kept),
    () => writeFileSync(kept, 'evio-snapshot/2 \n{}\n{}'),
    () => copyFileSync(`${other.path}-cluster-view.snapshot`, kept),
  ]) {
    spoil();
    const again = await open(path);
    t.deepEqual(again.view, view);
    t.is(again.said.length, 1);
    t.is(again.read, view.position + 1);
  }
  t.deepEqual((await open(path)).said, [], 'the last one that was folded was stored again');
});

test('a view at any time goes through a snapshot, and a text that is none gives none', async (t) => {
  const { path, grow } = growing(t);
  for (let times = 0; times < 8; times += 1) {
    await grow(400);
    const { view, said } = await open(path);
    throughSnapshot(t, clusterViewCodec, view, `position ${view.position}`);
    t.deepEqual(said, ['there is none'], 'what is folded in no time is not stored');
  }
  for (const text of ['', '{}', '[]', '{"position":1}']) t.is(clusterViewCodec.decode(text), undefined);
});
