import { cpSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { ownLog, streamIn } from '../../support/ledgered-scene.ts';
import { isShipped, type Machine, makeMachines } from '../../support/machines.ts';
import { eventually } from '../../support/node.ts';
import { assertSound, eventuallyReaches, isReady, refusalOf, threeViews } from '../../support/scene.ts';

const joins = async (t: ExecutionContext, machine: Machine): Promise<void> => {
  await machine.start();
  const { code, err } = await machine.configGen();
  t.is(code, 0, err);
  await isReady(machine.node);
};

/** STATUS is 50 and ADD 11, both with the reason. */
const gives = async (t: ExecutionContext, { cni, makePod }: Machine, reason: RegExp): Promise<void> => {
  const pod = await makePod();
  const status = refusalOf(await cni('STATUS', pod, { cniVersion: '1.1.0' }));
  t.is(status.code, 50);
  t.regex(status.msg, reason);
  const refused = refusalOf(await cni('ADD', pod));
  t.is(refused.code, 11);
  t.regex(refused.msg, reason);
};

const stateOf = ({ node }: Machine): string => join(node.dir, 'state');

const isFenced = ({ node }: Machine) => eventually('it is fenced', async () => (await node.status()).fence);

test('a lease that is revoked while its node is cut off is nobody’s until the node came back and its last pod is gone', async (t) => {
  t.timeout(300_000);
  const networks = ['--pod-cidr', '10.244.0.0/24', '--node-bits', '0', '--host-cidr', '10.10.0.0/24'];
  const { plugIn, operator } = await makeMachines(t, ...networks, '--quarantine', '0');
  const away = await plugIn('node-1');
  await joins(t, away);
  const [before, meanwhile] = await away.makePods(2);
  if (before === undefined || meanwhile === undefined) return t.fail();
  await away.add(before);
  await isShipped(away);

  await away.cable.pull();
  await operator('revoke', 'node-1', '--reason', 'the rack moves');
  await away.add(meanwhile);
  const wanting = await plugIn('node-2');
  await wanting.start();
  const refused = await wanting.configGen('--wait', '20');
  t.is(refused.code, 1, 'without quarantine it is given to whom it is not the first’s any more');
  t.regex(refused.err, /podCidr 10\.244\.0\.0\/24 has no free subnet: 1 of 1 are leased/);

  await away.cable.plug();
  t.is(await isFenced(away), 'the rack moves');
  await gives(t, away, /the rack moves/);
  for (const pod of [before, meanwhile]) await eventuallyReaches(pod, '10.244.0.1');
  await away.del(before);
  await isShipped(away);
  t.regex(await operator('leases'), /^10\.244\.0\.0\/24 +node-1 .* revoked /m);
  await eventuallyReaches(meanwhile, '10.244.0.1');
  await away.del(meanwhile);
  await eventually('it is given back', async () => ((await away.node.status()).lease ? undefined : true));
  const again = await wanting.configGen();
  t.is(again.code, 0, again.err);
  t.deepEqual((await wanting.node.status()).lease?.subnets, ['10.244.0.0/24']);
  await assertSound(t, away);
});

test('of one disk that runs twice one agent is fenced, and so is one whose disk was put back; pods run on', async (t) => {
  t.timeout(300_000);
  const networks = ['--pod-cidr', '10.244.0.0/16', '--node-bits', '8', '--host-cidr', '10.10.0.0/16'];
  const { plugIn } = await makeMachines(t, ...networks);
  const [first, twin] = [await plugIn('node-1'), await plugIn('node-1')];
  await joins(t, first);
  await isShipped(first);
  await first.node.stopAgent();
  const image = join(first.node.dir, 'image');
  cpSync(stateOf(first), image, { recursive: true });
  cpSync(image, stateOf(twin), { recursive: true });

  await first.start();
  await isReady(first.node);
  await isShipped(first);
  const [mine, more] = await first.makePods(2);
  const yours = await twin.makePod();
  if (mine === undefined || more === undefined) return t.fail();
  await first.add(mine);
  await isShipped(first);
  await twin.cable.pull();
  await twin.start();
  await isReady(twin.node);
  await twin.add(yours);
  await twin.cable.plug();
  t.regex(String(await isFenced(twin)), /two machines have written this node's life.*; find the machine/);
  await gives(t, twin, /two machines have written this node's life/);
  await eventuallyReaches(yours, '10.244.0.1');
  await twin.del(yours);
  await first.add(more);
  await isShipped(first);
  t.is((await first.node.status()).fence, undefined);

  await first.node.stopAgent('SIGKILL');
  rmSync(stateOf(first), { recursive: true });
  cpSync(image, stateOf(first), { recursive: true });
  await first.start();
  // What it adopts before it reaches the ledger it writes into the older copy.
  const older = /this log is older than its copy in the ledger|an older copy of this log was put back/;
  t.regex(String(await isFenced(first)), older);
  await gives(t, first, older);
  for (const pod of [mine, more]) await eventuallyReaches(pod, '10.244.0.1');
});

test('a copy of a node’s disk that is started under another name is another node, and takes nothing from the first', async (t) => {
  t.timeout(300_000);
  const networks = ['--pod-cidr', '10.244.0.0/16', '--node-bits', '8', '--host-cidr', '10.10.0.0/16'];
  const { plugIn, operator, logFile } = await makeMachines(t, ...networks);
  const [first, copy] = [await plugIn('node-1'), await plugIn('node-2')];
  await joins(t, first);
  const [mine, more] = await first.makePods(2);
  const yours = await copy.makePod();
  if (mine === undefined || more === undefined) return t.fail();
  await first.add(mine);
  await isShipped(first);
  await first.node.stopAgent();
  cpSync(stateOf(first), stateOf(copy), { recursive: true });

  await Promise.all([first.start(), copy.start()]);
  t.is((await copy.node.status()).lease, undefined);
  const joined = await copy.configGen();
  t.is(joined.code, 0, joined.err);
  await isReady(copy.node);
  const [kept, own] = [(await first.node.status()).lease, (await copy.node.status()).lease];
  t.deepEqual([kept?.subnets, own?.subnets], [['10.244.0.0/24'], ['10.244.1.0/24']]);
  t.not(kept?.hostAddress, own?.hostAddress);
  t.deepEqual(await first.add(more), ['10.244.0.3']);
  t.deepEqual(await copy.add(yours), ['10.244.1.2']);
  // Both observe one event of the cluster, with one and the same log id.
  await operator('configure', ...networks, '--max-subnets-per-node', '2');
  for (const machine of [first, copy]) {
    const { hostStream } = await machine.node.status();
    const shippedObservation = async () =>
      streamIn(logFile, hostStream).some(
        ({ type, payload }) => type === 'LeaseObserved' && payload.includes('"maxSubnetsPerNode":2'),
      ) || undefined;
    await eventually('it is observed, and shipped', shippedObservation);
    await isShipped(machine);
    t.deepEqual(streamIn(logFile, hostStream), streamIn(ownLog(machine), hostStream));
    t.is((await machine.node.status()).fence, undefined);
    await assertSound(t, machine);
  }
});

test('behind a ledger that was restored from a backup nodes go on with their pods, and nobody new gets what one of them has', async (t) => {
  t.timeout(300_000);
  const networks = ['--pod-cidr', '10.244.0.0/16', '--node-bits', '8', '--host-cidr', '10.10.0.0/16'];
  const { plugIn, operator, resume, backUp, restore } = await makeMachines(t, ...networks);
  await backUp();
  const unknown = await plugIn('node-1');
  await joins(t, unknown);
  const [before, during, after] = await unknown.makePods(3);
  if (before === undefined || during === undefined || after === undefined) return t.fail();
  await unknown.add(before);
  await isShipped(unknown);
  const { lease, incarnation } = await unknown.node.status();
  t.regex(await operator('leases'), /^1 leases /);

  await unknown.cable.pull();
  await restore();
  await unknown.add(during);
  t.regex(await operator('leases'), /^0 leases /);
  const newcomer = await plugIn('node-2');
  await newcomer.start();
  const paused = await newcomer.configGen('--wait', '20');
  t.is(paused.code, 1);
  t.regex(paused.err, /leasing is paused: the log was restored from a backup \(epoch 2\)/);

  await unknown.cable.plug();
  await eventually('it has presented its lease', async () =>
    (await operator('leases')).includes('10.244.0.0/24  node-1') ? true : undefined,
  );
  await isShipped(unknown);
  t.regex(
    (await unknown.node.evioctl('status')).out,
    /^ledger .*\(restored from a backup: epoch 2\): it has all/m,
  );
  t.like(await unknown.node.status(), { incarnation, lease, ready: true });
  await unknown.add(after);
  for (const pod of [before, during, after]) await eventuallyReaches(pod, '10.244.0.1');
  await resume('node-1 was the only one');
  const joined = await newcomer.configGen();
  t.is(joined.code, 0, joined.err);
  t.deepEqual((await newcomer.node.status()).lease?.subnets, ['10.244.1.0/24']);
  const views = await threeViews(unknown);
  t.deepEqual([views.switch, views.kernel], [views.log, views.log]);
  const verified = await unknown.node.evioctl('verify', '--log', join(unknown.node.dir, 'state/ledger.db'));
  t.is(verified.code, 0, verified.out + verified.err);
});
