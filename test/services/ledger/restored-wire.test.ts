import test, { type ExecutionContext } from 'ava';
import { either as E } from 'fp-ts';
import type { EventStore } from '../../../domain/port/event-store.ts';
import { scratchFolder } from '../../adapters/sqlite/scratch.ts';
import { cause, openCluster, opened } from '../../support/allocator.ts';
import { configuration } from '../../support/cluster.ts';
import { addPod } from '../../support/host.ts';
import { askHost } from '../../support/kept-host.ts';
import { beginMember, type TestMember } from '../../support/member.ts';
import { eventually } from '../../support/node.ts';
import { ledgerDoes, restorableCluster } from '../../support/restored-cluster.ts';
import { runToEnd } from '../../support/run-to-end.ts';
import { eventsOf } from '../../support/served-cluster.ts';
import { openOverWire } from '../../support/wire.ts';

const evioctl = new URL('../../../services/evioctl/main.ts', import.meta.url).pathname;
const asked = (member: TestMember, ...args: ReadonlyArray<string>) =>
  runToEnd([process.execPath, evioctl, '--log', member.path, ...args]);

const subnetsOf = ({ host }: TestMember): ReadonlyArray<string> => host.state().lease?.subnets ?? [];

const isBack = async (member: TestMember): Promise<void> => {
  await eventually(
    'it follows the new epoch',
    async () => member.host.state().epoch === 2 || undefined,
    30_000,
  );
  await member.shipped(30_000);
};

/** Both copies are exact: the node's life there, the cluster's decisions here. */
const exact = async (t: ExecutionContext, store: EventStore, member: TestMember): Promise<void> => {
  const decided = await eventsOf(store, 'cluster-evio');
  await eventually('all decisions are copied', async () =>
    (await eventsOf(member.ownLog, 'cluster-evio')).length === decided.length ? true : undefined,
  );
  t.deepEqual(await eventsOf(member.ownLog, 'cluster-evio'), decided);
  t.deepEqual(await eventsOf(store, member.hostStream()), await eventsOf(member.ownLog, member.hostStream()));
};

test('behind a restored ledger all nodes come back, the late ones too: each has its lease, and both copies are exact again', async (t) => {
  t.timeout(300_000);
  const { port, address, server, start, comes, backUp, restore } = await restorableCluster(t);
  const [early, other] = [await comes('node-1'), await comes('node-2')];
  await backUp();
  const [late, later] = [await comes('node-3'), await comes('node-4')];
  await askHost(early.host, addPod('behind the backup'));
  const nodes = [early, other, late, later];
  for (const node of nodes) await node.shipped();
  const before = nodes.map(subnetsOf);
  const known = await eventsOf(later.ownLog, 'cluster-evio');
  await server.end();
  await restore();
  // One that was off meanwhile comes back to another ledger than it left.
  await later.end();
  await askHost(late.host, addPod('while it was gone'));
  const restarted = await start();
  const store = await openOverWire(t, port);
  const again = await beginMember(t, { folder: later.folder, address, node: 'node-4' });
  const back = [early, other, late, again];
  for (const member of back) await isBack(member);

  await eventually('all have presented', async () => {
    const events = await eventsOf(store, 'cluster-evio');
    return events.filter(({ type }) => type === 'NodePresented').length === 4 ? true : undefined;
  });
  t.deepEqual(back.map(subnetsOf), before);
  t.deepEqual(
    back.map(({ host }) => host.state().fence),
    [undefined, undefined, undefined, undefined],
  );
  for (const member of back) await exact(t, store, member);
  t.true(
    early.lines.some(({ message }) => /was restored from a backup: .* epoch 2 from now on/.test(message)),
  );
  t.regex(early.status().words, /\(restored from a backup: epoch 2\): it has all events of this node/);

  // Paused: a newcomer waits for a person. Then it gets what nobody has.
  const fifth = await beginMember(t, { folder: scratchFolder(t), address, node: 'node-5' });
  await fifth.join();
  await restarted.says('a request was refused');
  t.deepEqual(subnetsOf(fifth), []);
  await ledgerDoes('resume', '--ledger', address, '--reason', 'all four are known');
  await fifth.join();
  await fifth.leased();
  const all = [...back, fifth].flatMap(subnetsOf);
  t.is(new Set(all).size, 5, all.join());
  const leased = (await eventsOf(store, 'cluster-evio'))
    .filter(({ type }) => type === 'SubnetLeased')
    .map(({ payload }) => JSON.parse(payload).subnet);
  t.deepEqual(leased.toSorted(), all.toSorted());

  // What the ledger has lost of the node's copy is there still, under a name that says so.
  const kept = (await eventsOf(again.ownLog, 'superseded-1:cluster-evio')).map(({ payload }) => payload);
  t.true(kept.length > 0);
  t.deepEqual(
    kept,
    known.slice(-kept.length).map(({ payload }) => payload),
  );
  for (const member of back) {
    await member.shipped();
    const verified = await asked(member, 'verify');
    t.is(verified.code, 0, `${verified.out}${verified.err}`);
  }
  for (const { cluster } of back)
    await eventually(
      'what it knows of the cluster is the new history',
      async () =>
        before
          .flat()
          .every((subnet) =>
            [...cluster.state().members.values()]
              .flatMap(({ leases }) => leases)
              .some((one) => one.subnet === subnet),
          ) || undefined,
    );
  const [address3] = late.host.state().attachments.values().next().value?.addresses ?? [];
  const had = await asked(late, 'who-had', address3?.address ?? '');
  t.regex(`${had.out}${had.err}`, /first-of-node-3/);
});

test('a node presents when older programs no longer read along; one whose subnet was given to another meanwhile is fenced, in words', async (t) => {
  t.timeout(300_000);
  const { port, address, server, start, comes, backUp, restore } = await restorableCluster(t, 5);
  const early = await comes('node-1');
  await backUp();
  const late = await comes('node-2');
  const [given] = subnetsOf(late);
  await late.end();
  await server.end();
  await restore();
  await start();
  const store = await openOverWire(t, port);
  await eventually('it says why it cannot present', async () =>
    early.lines.find(({ message }) => /cannot say what it holds/.test(message)),
  );
  t.is(early.host.state().epoch, undefined);
  const operator = await openCluster(store);
  await opened(operator.transact({ type: 'configure', ...configuration, minReader: 6 }, cause())());
  await isBack(early);

  await ledgerDoes('resume', '--ledger', address, '--reason', 'nobody knows of node-2');
  const newcomer = await beginMember(t, { folder: scratchFolder(t), address, node: 'node-9' });
  await newcomer.join();
  await newcomer.leased();
  t.deepEqual(subnetsOf(newcomer), [given ?? '']);
  const again = await beginMember(t, { folder: late.folder, address, node: 'node-2' });
  const fence = await eventually('it is fenced', async () => again.host.state().fence, 30_000);
  t.regex(fence, /the cluster log was restored \(epoch 2\): .*10\.244\.1\.0\/24 is held by node-9/);
  const refused = await again.host.transact(addPod('refused'), cause())();
  t.is(E.isLeft(refused) && refused.left.type, 'lease-fenced');
  t.is(newcomer.host.state().fence, undefined);
});
