import test, { type ExecutionContext } from 'ava';
import type { ClusterCommand } from '../../../domain/cluster/command.ts';
import type { EventStore } from '../../../domain/port/event-store.ts';
import { scratchFolder } from '../../adapters/sqlite/scratch.ts';
import { cause, openCluster, opened } from '../../support/allocator.ts';
import { nodeName } from '../../support/events.ts';
import { addPod } from '../../support/host.ts';
import { askHost } from '../../support/kept-host.ts';
import { beginMember, type TestMember } from '../../support/member.ts';
import { eventually } from '../../support/node.ts';
import { restorableCluster } from '../../support/restored-cluster.ts';
import { runToEnd } from '../../support/run-to-end.ts';
import { openOverWire } from '../../support/wire.ts';

const node = nodeName('node-1');
const attest: ClusterCommand = { type: 'attest', node, reason: 'burnt' };
const evioctl = new URL('../../../services/evioctl/main.ts', import.meta.url).pathname;

const says = async (store: EventStore, command: ClusterCommand): Promise<void> => {
  await opened((await openCluster(store)).transact(command, cause())());
};

/** A backup of when the first life was the member; behind it the second took its place, has a pod, and the ledger was put back. */
const restoredBehindALife = async (t: ExecutionContext) => {
  const { port, address, server, start, comes, backUp, restore } = await restorableCluster(t);
  const first = await comes('node-1');
  const lease = first.host.state().lease;
  await first.end();
  await backUp();
  await says(await openOverWire(t, port), attest);
  const second = await beginMember(t, { folder: scratchFolder(t), address, node: 'node-1' });
  await second.join();
  await second.leased();
  await askHost(second.host, addPod('of the second life'));
  await second.shipped();
  await server.end();
  await restore();
  await start();
  const store = await openOverWire(t, port);
  const cluster = async () => {
    const events = await Array.fromAsync(store.readStream('cluster-evio'));
    return events.map(({ type, payload }) => ({ type, ...JSON.parse(payload) }));
  };
  await eventually(
    'the second life has said what it holds',
    async () => (await cluster()).find(({ type }) => type === 'NodePresented'),
    30_000,
  );
  return { address, store, cluster, first, second, lease };
};

const serves = async (t: ExecutionContext, { host }: TestMember, pod: string): Promise<void> => {
  t.is(host.state().fence, undefined);
  await askHost(host, addPod(pod));
};

test('behind a backup from before a life was replaced the running one serves on, and an attestation makes it the member', async (t) => {
  t.timeout(300_000);
  const { store, cluster, first, second, lease } = await restoredBehindALife(t);
  await serves(t, second, 'while nobody has said anything');
  const [said] = (await cluster()).filter(({ type }) => type === 'NodePresented');
  t.like(said, {
    incarnation: second.ownLog.identity.logId,
    contested: [
      { place: lease?.hostAddress, holder: 'node-1' },
      { place: lease?.subnets[0], holder: 'node-1' },
    ],
  });

  await says(store, attest);
  await eventually('it is the member', async () => {
    const members = second.cluster.state().members;
    return members.get(node)?.incarnation === second.ownLog.identity.logId || undefined;
  });
  await serves(t, second, 'as the member');
  t.like(second.host.state().lease, { subnets: lease?.subnets, hostAddress: lease?.hostAddress });
  const replaced = (await cluster()).find(({ type }) => type === 'IncarnationReplaced');
  t.is(replaced.previous, first.ownLog.identity.logId);
  t.regex(replaced.head.stream, new RegExp(first.ownLog.identity.logId));
  await second.shipped();
  const verified = await runToEnd([process.execPath, evioctl, '--log', second.path, 'verify']);
  t.is(verified.code, 0, `${verified.out}${verified.err}`);
});

test('where the life of the backup comes too, both run: the one that the log does not know is fenced', async (t) => {
  t.timeout(300_000);
  const { address, second, first } = await restoredBehindALife(t);
  t.is(second.host.state().fence, undefined);
  const folder = first.path.replace(/\/[^/]*$/, '');
  const back = await beginMember(t, { folder, address, node: 'node-1' });
  const fence = await eventually('it is fenced', async () => second.host.state().fence, 30_000);
  t.regex(fence, /10\.244\.0\.0\/24 is held by another life of node-1/);
  await serves(t, back, 'of the life that the log knows');
});
