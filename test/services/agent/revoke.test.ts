import test from 'ava';
import { eventually } from '../../support/node.ts';
import { assertSound, eventuallyReaches, isReady, makeScene, refusalOf } from '../../support/scene.ts';

test('a lease that is revoked under running pods is fenced, kept by them, and given back with the last', async (t) => {
  const scene = await makeScene(t);
  const { node, makePods, makePod, add, del, cni } = scene;
  const [one, other] = await makePods(2);
  if (one === undefined || other === undefined) return t.fail();
  await add(one);
  await add(other);
  const unknown = await node.evioctl('revoke', 'node-9', '--reason', 'moved');
  t.deepEqual(
    [unknown.code, unknown.err],
    [1, 'error: node node-9 is not joined\n       join it first, or correct its name\n'],
  );
  const foreign = await node.evioctl('revoke', 'node-1', '--reason', 'moved', '--cluster', 'other');
  t.is(foreign.code, 1);
  t.regex(foreign.err, /of the cluster evio, not other/);

  const revoked = await node.evioctl('revoke', 'node-1', '--reason', 'the rack moves');
  t.is(
    revoked.out,
    '10.244.0.0/24 is revoked: node-1 takes no new pods, keeps those that run, and gives it back with the last of them\n',
    revoked.err,
  );
  await eventually('the node knows', async () => (await node.status()).fence);
  const again = await node.evioctl('--json', 'revoke', 'node-1', '--reason', 'another');
  t.deepEqual(JSON.parse(again.out), { node: 'node-1', revoked: [] });

  const status = await cni('STATUS', one, { cniVersion: '1.1.0' });
  t.is(refusalOf(status).code, 50);
  t.regex(status.out, /the rack moves/);
  const refused = refusalOf(await cni('ADD', await makePod()));
  t.is(refused.code, 11);
  t.regex(refused.msg, /the rack moves/);
  await eventuallyReaches(one, '10.244.0.1');
  const screen = (await node.evioctl('status')).out;
  t.regex(screen, /^lease {9}10\.244\.0\.0\/24 \(being taken back: the rack moves\)$/m);
  t.regex(screen, /^fence {9}the rack moves; 2 attachments hold the lease still$/m);
  t.regex(screen, /^ledger {8}own log, followed to its end$/m);
  t.regex((await node.evioctl('leases')).out, /revoked/);

  await del(one);
  t.is((await node.status()).lease?.subnets.length, 1, 'the other pod still runs');
  await eventuallyReaches(other, '10.244.0.1');
  await del(other);
  await eventually('the lease is released', async () =>
    (await node.evioctl('leases')).out.includes(' released ') ? true : undefined,
  );
  t.is((await node.status()).fence, undefined);
  const fenceLine = async () => /^fence.*$/m.exec((await node.evioctl('status')).out)?.[0];
  t.is(await fenceLine(), 'fence         none; the lease was revoked and given back: the rack moves');
  await node.stopAgent();
  await node.startAgent();
  await eventually('it is told again', async () => (await node.status()).operatorsWord);
  await scene.ask('POST', '/v1/join', {});
  await isReady(node);
  t.is(await fenceLine(), 'fence         none', 'it has another one');
  await assertSound(t, scene);
  const verified = await node.evioctl('verify', '--log', `${node.dir}/state/ledger.db`);
  t.is(verified.code, 0, verified.err);
});

test('leave --drain shows whose pods are left, and with --watch ends when the lease is given back', async (t) => {
  const scene = await makeScene(t);
  const { node, makePod, add, del } = scene;
  const pod = await makePod();
  await add(pod);
  const left = await node.evioctl('leave', '--drain');
  t.is(left.code, 0, left.err);
  const [first, , header, row] = left.out.split('\n');
  t.is(first, 'node-1 takes no new pods; it gives its lease back when the last of 1 attachments is gone');
  t.regex(header ?? '', /^ADDRESSES +STATUS +POD +CONTAINER/);
  t.true(row?.includes('10.244.0.2') && row.includes(pod.name.slice(0, 12)), left.out);
  const watched = node.evioctl('leave', '--drain', '--watch', '0.1');
  await del(pod);
  const ended = await watched;
  t.is(ended.code, 0, ended.err);
  t.true(ended.out.endsWith('node-1 has given its lease back\n'), ended.out);
});

test('a node that is attested destroyed and runs is fenced with the words that were said', async (t) => {
  const scene = await makeScene(t);
  const { node, makePod, add, del, cni } = scene;
  const pod = await makePod();
  await add(pod);
  const { incarnation } = await node.status();
  const mistaken = await node.evioctl(
    ...['attest', 'node-1', '--destroyed', '--reason', 'burnt'],
    ...['--incarnation', '00000000-0000-4000-8000-000000000000'],
  );
  t.is(mistaken.code, 1);
  t.regex(mistaken.err, /and 00000000-0000-4000-8000-000000000000 was named/);
  const plain = await node.evioctl('attest', 'node-1', '--reason', 'burnt');
  t.is(plain.code, 2);
  t.regex(plain.err, /--destroyed/);

  const attested = await node.evioctl('--json', 'attest', 'node-1', '--destroyed', '--reason', 'burnt');
  t.deepEqual(JSON.parse(attested.out), { node: 'node-1', revoked: [], attested: incarnation });
  t.is(
    await eventually('it is fenced', async () => (await node.status()).fence),
    'an operator says that this life of node-1 is destroyed: burnt',
  );
  t.is(refusalOf(await cni('ADD', await scene.makePod())).code, 11);
  await eventuallyReaches(pod, '10.244.0.1');
  t.regex(
    (await node.evioctl('history', 'node-1', '--log', `${node.dir}/state/ledger.db`)).out,
    /attested destroyed: burnt/,
  );
  await del(pod);
  await eventually('its lease is gone', async () => ((await node.status()).lease ? undefined : true));
  t.regex(
    (await node.evioctl('status')).out,
    /^fence {9}none; an operator says that this life is destroyed: burnt$/m,
  );
});
