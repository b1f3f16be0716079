import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { either as E } from 'fp-ts';
import { files } from '../../../adapters/fs/files.ts';
import { openMemoryStore } from '../../../adapters/memory/open.ts';
import { clock } from '../../../adapters/system/clock.ts';
import { ids } from '../../../adapters/system/ids.ts';
import { timer } from '../../../adapters/system/timer.ts';
import type { ClusterName } from '../../../domain/identity/cluster-name.ts';
import type { EventStore } from '../../../domain/port/event-store.ts';
import type { Timer } from '../../../domain/port/timer.ts';
import { refusalOf } from '../../../services/agent/cni-routes.ts';
import { openMembership } from '../../../services/agent/membership.ts';
import { unknownReadiness } from '../../../services/agent/readiness.ts';
import { reasonsNow } from '../../../services/agent/reasons.ts';
import { scratchFolder } from '../../adapters/sqlite/scratch.ts';
import { sha256 } from '../../contract/event-store/support.ts';
import { opened } from '../../support/allocator.ts';
import { leaseObserved, nodeName } from '../../support/events.ts';
import { addPod, bootId } from '../../support/host.ts';
import { askHost } from '../../support/kept-host.ts';
import { listeningLog } from '../../support/member.ts';
import { eventually } from '../../support/node.ts';

const { type: _, ...observed } = leaseObserved;
const memory = () => openMemoryStore({ clock, newLogId: ids.random, sha256 });

/** Sleeps a thousandth of what it is asked to. */
const hasty: Timer = { ...timer, sleep: (ms, signal) => timer.sleep(ms / 1000, signal) };

/** A node whose disk may be full for streams of a name, and that follows a ledger. */
const begin = async (t: ExecutionContext, ledger: EventStore) => {
  const { lines, log } = listeningLog();
  const store = memory();
  let full: string | undefined;
  const refused = { type: 'unavailable', reason: 'database or disk is full' } as const;
  const ownLog: EventStore = {
    ...store,
    append: (asked) => async () =>
      full !== undefined && asked.stream.startsWith(full) ? E.left(refused) : store.append(asked)(),
  };
  const link = {
    name: 'ledger:2113',
    markPath: join(scratchFolder(t), 'ledger.json'),
    open: async () => E.right({ ...ledger, close: async () => undefined }),
  };
  const membership = await opened(
    openMembership(
      { ownLog, clusterLog: ownLog, ledger: link, files, clock, timer: hasty, ids, sha256, log },
      {
        cluster: 'evio' as ClusterName,
        node: nodeName('node-1'),
        publicKey: 'key',
        allocatorCheckpoint: join(scratchFolder(t), 'allocator.position'),
        eraEvents: 0,
      },
    ),
  );
  t.teardown(membership.stop);
  await askHost(membership.host, { type: 'start', bootId });
  await askHost(membership.host, { type: 'request-join', node: nodeName('node-1'), publicKey: 'key' });
  return {
    ...membership,
    lines,
    fill: (streams: string | undefined) => {
      full = streams;
    },
  };
};

test('a node that has to be fenced on a full disk gives nothing meanwhile, and is fenced when there is room', async (t) => {
  const ledger = memory();
  const stream = { name: '' };
  const longer: EventStore = {
    ...ledger,
    head: (asked) => async () =>
      asked === stream.name
        ? E.right({ revision: 9, position: 9, hash: 'f'.repeat(64) })
        : ledger.head(asked)(),
  };
  const node = await begin(t, longer);
  stream.name = node.hostStream();
  await askHost(node.host, {
    type: 'observe-lease',
    ...observed,
  });
  await askHost(node.host, addPod('kept'));
  const readiness = { ...unknownReadiness(''), reasons: [], unadopted: [] };
  const seen = { ...node, readiness, configuration: { bridge: { name: 'evio0' } } as never };
  t.is(refusalOf(seen), undefined);
  node.fill('host-');
  node.follow(async () => undefined);
  await eventually('it could not be recorded', async () =>
    node.lines.some(({ message }) => message === 'the fence could not be recorded') ? true : undefined,
  );
  t.is(node.host.state().fence, undefined);
  t.like(refusalOf(seen), { type: 'lease-fenced' });
  t.regex(reasonsNow(seen)[0] ?? '', /older than its copy/);
  node.fill(undefined);
  await eventually('it is fenced', async () => node.host.state().fence);
  t.is(node.lines.filter(({ message }) => message === 'the fence could not be recorded').length, 1);
});
