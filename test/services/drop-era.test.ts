import { join } from 'node:path';
import test from 'ava';
import { either as E } from 'fp-ts';
import { podsOf } from '../../domain/audit/remaining.ts';
import { auditStreamBeside } from '../../domain/stream.ts';
import { halfArchived, search } from '../../services/agent/redactable.ts';
import { dropArchivedEra } from '../../services/drop-era.ts';
import { openAt, scratchFolder } from '../adapters/sqlite/scratch.ts';
import { append, collect, events } from '../contract/event-store/support.ts';
import { archiveHash, writeEras } from '../support/dropped.ts';
import { must } from '../support/must.ts';

const decidedAll = { load: async () => E.right(1_000_000), store: async () => undefined };

test('an era is dropped only when nothing was redacted since it was archived', async (t) => {
  const store = openAt(join(scratchFolder(t), 'log.db'));
  t.teardown(store.close);
  const [stream = ''] = await writeEras(store);
  const head = must(await store.head(stream)());
  const era = { stream, revision: head?.revision ?? -1, hash: head?.hash ?? '', archive: archiveHash };
  const audit = auditStreamBeside(stream) ?? '';
  await append(store, { stream: audit, expectedRevision: 'no-stream', events: events(1) });
  const drop = (audited: number) => dropArchivedEra(store, store.dropEra, decidedAll, era, audited);
  t.deepEqual(
    await drop(-1),
    E.left({
      type: 'era-not-dropped',
      stream,
      reason: 'something was redacted since it was archived: archive it again',
    }),
  );
  t.is((await collect(store.readStream(stream))).length, era.revision + 1);
  t.deepEqual(await drop(0), E.right(undefined));
});

test('a search finds a pod in what eras carry too, goes on where it ended, and tells that some is archived', async (t) => {
  const store = openAt(join(scratchFolder(t), 'log.db'));
  t.teardown(store.close);
  const [stream = ''] = await writeEras(store);
  const all = await collect(store.readAll());
  const carried = all.find(
    ({ type, payload }) => type === 'EraOpened' && podsOf({ type, payload }).length > 0,
  );
  const [pod] = carried === undefined ? [] : podsOf(carried);
  if (pod === undefined) return t.fail('no era carries a pod');
  const target = { pod: `${pod.namespace}/${pod.name}` };
  const told: number[] = [];
  const onLook = (upTo: number) => told.push(upTo);
  const { found, end, isPartial } = must(await search(store, target, 0, onLook));
  t.deepEqual(
    told,
    Array.from({ length: all.length }, (_, position) => position + 1),
  );
  t.true(['PodAdded', 'EraOpened'].every((wanted) => found.some(({ type }) => type === wanted)));
  t.deepEqual([end, isPartial], [all.length, false]);
  t.deepEqual(must(await search(store, target, end)), { found: [], end, isPartial: false });
  t.is(await halfArchived(store, found), undefined);

  const head = must(await store.head(stream)());
  const era = { stream, revision: head?.revision ?? -1, hash: head?.hash ?? '', archive: archiveHash };
  t.deepEqual(await dropArchivedEra(store, store.dropEra, decidedAll, era, -1), E.right(undefined));
  t.true(must(await search(store, target)).isPartial);
});
