import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { either as E } from 'fp-ts';
import { openSqliteReader } from '../../adapters/sqlite/open-reader.ts';
import { restoreSqliteLog } from '../../adapters/sqlite/restore.ts';
import { clock } from '../../adapters/system/clock.ts';
import { sha256 } from '../../adapters/system/sha256.ts';
import { clusterEvents } from '../../domain/cluster/events.ts';
import { decodeEvent } from '../../domain/event.ts';
import { host as decider } from '../../domain/host/decider.ts';
import { hostEvents } from '../../domain/host/events.ts';
import { type Allocations, allocate } from '../../domain/projection/allocations.ts';
import { emptyLeases, leaseRows, projectLease } from '../../domain/projection/leases.ts';
import { finishImport, importLine, startImport } from '../../domain/transfer/import-file.ts';
import { verifyLog } from '../../domain/verify/verify-log.ts';
import { openAt, scratchFolder } from '../adapters/sqlite/scratch.ts';
import { readLog } from '../support/log-reader.ts';
import { must } from '../support/must.ts';

/*
 * The log of a node, and what was answered from it, as the programs of generation 1 left them: a join in two families, pods by
 * policy and by request, a reboot, a lease that is taken back. Neither file is ever written again.
 */
const golden = (name: string): string => readFileSync(join(import.meta.dirname, '../golden', name), 'utf8');

const readGolden = () => {
  const [header, ...lines] = golden('log-v1.ndjson').trimEnd().split('\n');
  const importing = must(startImport(sha256, header));
  const events = lines.map((line) => must(importLine(importing, line)));
  must(finishImport(importing));
  return { identity: importing.header, events };
};

test('a log of the version before opens, is chained as it was, and answers the same', async (t) => {
  const { identity, events } = readGolden();
  const versions = events.map(({ metadata }) => (JSON.parse(metadata) as { readonly schema: number }).schema);
  t.deepEqual([...new Set(versions)], [1]);

  const path = join(scratchFolder(t), 'log.db');
  const restoring = must(restoreSqliteLog(clock)(path, identity));
  for (const event of events) must(restoring.add(event));
  must(restoring.finish());

  const reader = must(openSqliteReader(path));
  t.teardown(reader.close);
  t.deepEqual([...reader.pages(0)].flat(), events);
  const { fault, breach } = verifyLog(sha256, reader, () => undefined);
  t.deepEqual([fault, breach], [undefined, undefined]);

  let pods: Allocations = new Map();
  let leases = emptyLeases();
  for (const event of events) {
    if (event.stream.startsWith('host-')) pods = allocate(pods, must(decodeEvent(hostEvents)(event)));
    else leases = projectLease(leases, must(decodeEvent(clusterEvents)(event)));
  }
  const answers: unknown = JSON.parse(golden('log-v1-answers.json'));
  t.deepEqual({ pods: [...pods.values()], leases: leaseRows(leases) } as unknown, answers);
});

test('a log of the version before is written on by this one', async (t) => {
  const { identity, events } = readGolden();
  const path = join(scratchFolder(t), 'log.db');
  const restoring = must(restoreSqliteLog(clock)(path, identity));
  for (const event of events) must(restoring.add(event));
  must(restoring.finish());

  const store = openAt(path);
  t.teardown(store.close);
  t.deepEqual(store.identity, { logId: identity.logId, epoch: identity.epoch });
  const stream = events.find(({ type }) => type === 'PodAdded')?.stream ?? '';
  const inLog = await readLog(store, stream, hostEvents, decider, sha256);
  t.deepEqual(
    [...inLog.state().attachments.values()].map(({ addresses }) => addresses),
    [
      [
        { address: '10.244.0.5', choice: { by: 'policy', policy: 'next-free/1' } },
        { address: 'fd00:244::5', choice: { by: 'policy', policy: 'next-free/1' } },
      ],
    ] as never,
  );
  const head = must(await store.head(stream)());
  const more = { id: '00000000-0000-5000-8000-000000000000', type: 'LeaveRequested', hash: sha256('') };
  const appended = await store.append({
    stream,
    expectedRevision: head?.revision ?? -1,
    events: [{ ...more, payload: '{}', metadata: '{}' }],
  })();
  t.true(E.isRight(appended) && appended.right.position === events.length);
});
