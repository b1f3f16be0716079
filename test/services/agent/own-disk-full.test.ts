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
import { cause, openCluster, opened } from '../../support/allocator.ts';
import { configuration } from '../../support/cluster.ts';
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
const begin = async (t: ExecutionContext, ledger: EventStore, paced: Timer = hasty) => {
  const { lines, log } = listeningLog();
  const store = memory();
  let full: string | undefined;
  let tries = 0;
  let opens = 0;
  const refused = { type: 'unavailable', reason: 'database or disk is full' } as const;
  const ownLog: EventStore = {
    ...store,
    append: (asked) => async () => {
      if (full === undefined || !asked.stream.startsWith(full)) return store.append(asked)();
      tries += 1;
      return E.left(refused);
    },
  };
  const link = {
    name: 'ledger:2113',
    markPath: join(scratchFolder(t), 'ledger.json'),
    open: async () => {
      opens += 1;
      return E.right({ ...ledger, close: async () => undefined });
    },
  };
  const membership = await opened(
    openMembership(
      { ownLog, clusterLog: ownLog, ledger: link, files, clock, timer: paced, ids, sha256, log },
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
    tries: () => tries,
    opens: () => opens,
    words: () => membership.ledger?.status().words ?? '',
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
  t.regex(reasonsNow({ ...seen, ports: {} })[0] ?? '', /older than its copy/);
  node.fill(undefined);
  await eventually('it is fenced', async () => node.host.state().fence);
  t.is(node.lines.filter(({ message }) => message === 'the fence could not be recorded').length, 1);
});

test('a full disk is told as this node’s own, once, and what happens here is shipped all the same', async (t) => {
  const ledger = memory();
  const node = await begin(t, ledger);
  node.fill('cluster-');
  node.follow(async () => undefined);
  await opened((await openCluster(ledger)).transact({ type: 'configure', ...configuration }, cause())());
  await eventually('it is tried again', async () => (node.tries() > 5 ? true : undefined));
  await askHost(node.host, { type: 'start', bootId: 'another boot' });
  const revision = await eventually('it is shipped', async () => {
    const head = await opened(ledger.head(node.hostStream())());
    return head?.revision === node.host.revision() ? head.revision : undefined;
  });
  t.true(revision >= 2);
  t.regex(
    node.words(),
    /^ships to the ledger at ledger:2113.*: this node's own log cannot be written or read: database or disk is full; make room on the disk/,
  );
  const told = () => node.lines.filter(({ level }) => level === 'warn' || level === 'error');
  t.deepEqual(
    told().map(({ message }) => message),
    [
      "what the ledger ledger:2113 decides is not written down here: this node's own log cannot be written or read: database or disk is full",
    ],
  );
  t.is(node.opens(), 1, 'the connection was given up');
  node.fill(undefined);
  await eventually('the decision is here', async () => node.cluster.state().configuration);
  t.regex(node.words(), /^follows the ledger at ledger:2113/);
  t.is(node.lines.filter(({ message }) => /is written down here again/.test(message)).length, 1);
});

test('a ledger whose connections break at once floods no journal, and its remedy is not this node’s disk', async (t) => {
  const ledger = memory();
  const gone: EventStore = {
    ...ledger,
    append: () => async () => E.left({ type: 'unavailable', reason: 'connection reset' }),
  };
  // None of them lasts so long that it is a good one.
  const paced: Timer = {
    ...timer,
    sleep: (ms, signal) => timer.sleep(ms === 5_000 ? ms : ms / 1000, signal),
  };
  const node = await begin(t, gone, paced);
  node.follow(async () => undefined);
  await eventually('it was tried often', async () => (node.opens() >= 20 ? true : undefined));
  const messages = node.lines.map(({ message }) => message);
  t.is(messages.filter((message) => message.startsWith('follows the ledger')).length, 1);
  const waiting = node.lines.filter(({ message }) => message.startsWith('waiting for the ledger'));
  t.is(waiting.length, 1);
  t.regex(waiting[0]?.message ?? '', /\(connection reset\)/);
  t.regex(String(waiting[0]?.fields?.['remedy']), /is it running, is this its address/);
});
