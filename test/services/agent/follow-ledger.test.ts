import { cpSync } from 'node:fs';
import test, { type ExecutionContext } from 'ava';
import { either as E } from 'fp-ts';
import { seal } from '../../../domain/chain.ts';
import type { EventStore } from '../../../domain/port/event-store.ts';
import { eraOf } from '../../../domain/stream.ts';
import { scratchFolder } from '../../adapters/sqlite/scratch.ts';
import { sha256 } from '../../contract/event-store/support.ts';
import { cause } from '../../support/allocator.ts';
import { configuration } from '../../support/cluster.ts';
import { cuttingProxy } from '../../support/cutting-proxy.ts';
import { addPod, deletePod, wirePod } from '../../support/host.ts';
import { askHost } from '../../support/kept-host.ts';
import { beginMember, type TestMember } from '../../support/member.ts';
import { must } from '../../support/must.ts';
import { eventually } from '../../support/node.ts';
import { eventsOf, serveCluster } from '../../support/served-cluster.ts';
import { plainAddress } from '../../support/wire.ts';

const sameCopy = async (t: ExecutionContext, store: EventStore, member: TestMember) => {
  const own = await eventsOf(member.ownLog, member.hostStream());
  t.deepEqual(await eventsOf(store, member.hostStream()), own);
  return own;
};

const stopped = (member: TestMember) =>
  eventually('it stops', async () => (member.status().state === 'stopped' ? member.status() : undefined));

/** A pod comes, and goes. */
const cycle = async ({ host }: TestMember, pod: string) => {
  await askHost(host, addPod(pod));
  await askHost(host, wirePod(pod), 'written');
  await askHost(host, deletePod(pod));
};

test('a node joins over the wire: its requests are there, the decisions are here, each event as it was', async (t) => {
  const { address, store } = await serveCluster(t);
  const member = await beginMember(t, { folder: scratchFolder(t), address });
  await member.join();
  t.deepEqual((await member.leased()).subnets as unknown, ['10.244.0.0/24']);
  await askHost(member.host, addPod('c1'));
  await member.shipped();
  const types = (await sameCopy(t, store, member)).map(({ type }) => type);
  t.deepEqual(types, ['HostStarted', 'JoinRequested', 'LeaseObserved', 'PodAdded']);
  t.deepEqual(await eventsOf(member.ownLog, 'cluster-evio'), await eventsOf(store, 'cluster-evio'));
  t.is(member.cluster.state().configuration?.hostCidr as unknown, '10.10.0.0/16');
  const refused = await member.cluster.transact({ type: 'configure', ...configuration }, cause())();
  t.is(E.isLeft(refused) && refused.left.type, 'denied');
});

test('without its ledger a node with a lease starts, adds and deletes; all of it arrives when the ledger is back', async (t) => {
  const { port, store } = await serveCluster(t);
  const proxy = await cuttingProxy(t, port);
  const [folder, address] = [scratchFolder(t), plainAddress(proxy.port)];
  const first = await beginMember(t, { folder, address });
  await first.join();
  await first.leased();
  await first.shipped();
  await first.end();

  proxy.refuse(true);
  const member = await beginMember(t, { folder, address });
  t.truthy(member.host.state().lease);
  for (let pod = 0; pod < 20; pod += 1) await cycle(member, `c${pod}`);
  const waiting = await eventually('it says that it waits', async () =>
    member.lines.find(({ message }) =>
      message.startsWith(`waiting for the ledger at 127.0.0.1:${proxy.port} since `),
    ),
  );
  t.is(waiting.level, 'warn');
  t.is(member.status().state, 'waiting');
  const before = (await eventsOf(store, member.hostStream())).length;
  t.is((await eventsOf(member.ownLog, member.hostStream())).length, before + 60);

  proxy.refuse(false);
  await member.shipped();
  await sameCopy(t, store, member);
});

test('answers that are lost on the way, and a server that goes away, lose and double nothing', async (t) => {
  const { port, store, server, start } = await serveCluster(t);
  const proxy = await cuttingProxy(t, port);
  const address = `${plainAddress(proxy.port)}&defaultDeadline=1000`;
  const member = await beginMember(t, { folder: scratchFolder(t), address });
  await member.join();
  await member.leased();
  await member.shipped();
  proxy.deafen(true);
  await cycle(member, 'unheard');
  await eventually('it arrived, and nobody heard', async () => {
    const events = await eventsOf(store, member.hostStream());
    return events.some(({ payload }) => payload.includes('unheard')) || undefined;
  });
  await cycle(member, 'behind it');
  proxy.deafen(false);
  proxy.cut();
  await member.shipped();
  await sameCopy(t, store, member);

  await server.end('SIGKILL');
  await cycle(member, 'while it was gone');
  await start();
  await member.shipped();
  const events = await sameCopy(t, store, member);
  t.is(new Set(events.map(({ id }) => id)).size, events.length);
});

test('a log that is older than its copy is fenced, in words, and nothing of it is appended', async (t) => {
  const { address, store } = await serveCluster(t);
  const folder = scratchFolder(t);
  const first = await beginMember(t, { folder, address });
  await first.join();
  await first.leased();
  await askHost(first.host, addPod('kept'));
  await first.shipped();
  await first.end();
  const backup = `${scratchFolder(t)}/yesterday`;
  cpSync(folder, backup, { recursive: true });
  const second = await beginMember(t, { folder, address });
  await cycle(second, 'today');
  await second.shipped();
  await second.end();
  const there = await eventsOf(store, first.hostStream());

  const older = await beginMember(t, { folder: backup, address });
  const { words } = await stopped(older);
  t.regex(
    words,
    /this log is older than its copy .* ends at revision 3 here, and at 6 there; put back the newest copy/,
  );
  t.regex(older.host.state().fence ?? '', /older than its copy/);
  const refused = await older.host.transact(addPod('refused'), cause())();
  t.is(E.isLeft(refused) && refused.left.type, 'lease-fenced');
  t.deepEqual(await eventsOf(store, first.hostStream()), there);
  await older.end();
  // What it wrote for itself makes it no better.
  const again = await beginMember(t, { folder: backup, address });
  await stopped(again);
  t.truthy(again.host.state().fence);
  t.deepEqual(await eventsOf(store, first.hostStream()), there);
});

test('of one disk that runs twice, the one whose next event does not fit the copy is fenced; the other goes on', async (t) => {
  const { address, store } = await serveCluster(t);
  const folder = scratchFolder(t);
  const first = await beginMember(t, { folder, address });
  await first.join();
  await first.leased();
  await first.shipped();
  await first.end();
  const image = `${scratchFolder(t)}/image`;
  cpSync(folder, image, { recursive: true });

  const [one, other] = [
    await beginMember(t, { folder, address }),
    await beginMember(t, { folder: image, address }),
  ];
  await Promise.all([one.shipped(), other.shipped()]);
  await askHost(one.host, addPod('mine'));
  await one.shipped();
  await askHost(other.host, addPod('mine too'));
  const { words } = await stopped(other);
  t.regex(
    words,
    /another event at revision 3 .* two machines have written this node's life; find the machine/,
  );
  t.truthy(other.host.state().fence);
  await cycle(one, 'on');
  await one.shipped();
  t.is(one.host.state().fence, undefined);
  await sameCopy(t, store, one);
});

test('eras that ended while the ledger was away arrive one behind the other', async (t) => {
  const { port, store } = await serveCluster(t, { ...configuration, minReader: 4 });
  const proxy = await cuttingProxy(t, port);
  const [folder, address] = [scratchFolder(t), plainAddress(proxy.port)];
  const member = await beginMember(t, { folder, address });
  await member.join();
  await member.leased();
  await member.shipped();
  proxy.refuse(true);
  proxy.cut();
  for (const era of [2, 3]) {
    await cycle(member, `of era ${era - 1}`);
    must(await member.closeEra(cause())());
    t.is(member.host.state().era, era);
  }
  await askHost(member.host, addPod('last'));
  proxy.refuse(false);
  await member.shipped();
  for (const era of [1, 2, 3]) {
    const stream = eraOf(member.hostStream(), era);
    t.deepEqual(await eventsOf(store, stream), await eventsOf(member.ownLog, stream));
  }
  await member.end();
  // A later life of the program finds its place in the newest.
  const again = await beginMember(t, { folder, address });
  await cycle(again, 'and on');
  await again.shipped();
  await sameCopy(t, store, again);
});

test('a decision that this program does not know stops the replica by name; the lease is served and what happens is shipped', async (t) => {
  const { address, store } = await serveCluster(t);
  const member = await beginMember(t, { folder: scratchFolder(t), address });
  await member.join();
  await member.leased();
  const head = must(await store.head('cluster-evio')());
  const metadata = {
    schema: 1,
    time: '2026-11-21T12:00:00.000Z',
    actor: 'allocator',
    incarnation: store.identity.logId,
    $causationId: '7a3f4f2e-6a3f-4a57-9b52-8f0f4d1d9c01',
    $correlationId: '7a3f4f2e-6a3f-4a57-9b52-8f0f4d1d9c02',
  };
  const id = '7a3f4f2e-6a3f-4a57-9b52-8f0f4d1d9c03';
  const events = seal(sha256, 'cluster-evio', head, [{ id, type: 'MoonEclipsed', payload: '{}', metadata }]);
  must(
    await store.append({ stream: 'cluster-evio', expectedRevision: head?.revision ?? 'no-stream', events })(),
  );
  const said = await eventually('it is named', async () =>
    member.lines.find(({ message }) => message.startsWith('following the cluster stops')),
  );
  t.regex(said.message, /holds MoonEclipsed version 1, which this program does not know/);
  await askHost(member.host, addPod('served'));
  await member.shipped();
  t.regex(member.status().words, /decisions are not followed any more: .*upgrade evio-agent/);
  await sameCopy(t, store, member);
  t.is(must(await member.ownLog.head('cluster-evio')())?.revision, head?.revision);
});

test('a node follows no other ledger than the one that it began with', async (t) => {
  const [right, wrong] = [await serveCluster(t), await serveCluster(t)];
  const folder = scratchFolder(t);
  const first = await beginMember(t, { folder, address: right.address });
  await first.join();
  await first.leased();
  await first.end();
  const second = await beginMember(t, { folder, address: wrong.address });
  const { words } = await stopped(second);
  t.regex(words, new RegExp(`is another log \\(${wrong.store.identity.logId}, epoch 1\\) than the one`));
  t.is(must(await wrong.store.head(second.hostStream())()), undefined);
  t.is(second.host.state().fence, undefined);
});
