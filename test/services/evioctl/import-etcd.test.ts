import { join } from 'node:path';
import test from 'ava';
import { startEtcd } from '../../support/etcd.ts';
import { otherNetwork } from '../../support/other-plugin.ts';
import { isReady, makeBareScene, usual } from '../../support/scene.ts';

const network = 'k8s-pod-network';

test('a node of the original moves over with its range and its running pods', async (t) => {
  const etcd = await startEtcd(t);
  for (const third of [0, 37]) {
    await etcd.put(`/evpn/10.244.${third}.2,10.244.${third}.254,10.244.${third}.1/16`, 'ok');
  }
  const scene = await makeBareScene(t);
  const { node, ask, makePods, add, del, log, pods: rows } = scene;
  await node.startAgent();
  await ask('POST', '/v1/configure', usual);
  const range = { subnet: '10.244.0.0/16', rangeStart: '10.244.37.2', rangeEnd: '10.244.37.254' };
  const other = await otherNetwork(node, network, range);
  const [running, fresh] = await makePods(2);
  if (running === undefined || fresh === undefined) return t.fail();
  t.is(await other.add(running, 'web-0'), '10.244.37.2');

  const importing = (...more: ReadonlyArray<string>) =>
    node.evioctl(
      ...['import', 'etcd', etcd.endpoint, '--from-network', network],
      ...['--data-dir', other.dataDir, '--cache-dir', other.cacheDir, ...more],
    );
  const listed = await importing('--dry-run');
  t.deepEqual(listed, {
    code: 0,
    out: '10.244.37.0/24 would be leased to this node, and its 1 pods taken over\n',
    err: '',
  });
  t.is((await node.status()).joinRequested, false);
  const strange = await importing('--own', '10.244.0.2');
  t.is(strange.code, 1);
  t.regex(strange.err, /address "10\.244\.37\.2" lies outside of 10\.244\.0\.0\/24, where 10\.244\.0\.2 is/);

  const done = await importing();
  t.is(done.code, 0, done.err);
  t.regex(done.out, /^10\.244\.37\.2 .*default\/web-0 .* taken over$/m);
  t.regex(done.err, /^1 more ranges are in etcd/);
  await isReady(node);
  const events = await log();
  t.like(events.find(({ type }) => type === 'SubnetLeased')?.payload, {
    subnet: '10.244.37.0/24',
    from: 'etcd',
  });
  t.like(events.find(({ type }) => type === 'PodAdded')?.payload, {
    addresses: [{ address: '10.244.37.2', choice: { by: 'imported', from: 'etcd' } }],
  });
  t.deepEqual(await add(fresh), ['10.244.37.3']);
  await del(running);
  t.deepEqual(
    (await rows()).flatMap(({ addresses }) => addresses),
    ['10.244.37.3'],
  );
  const again = await importing('--own', '10.244.37.2', '--json');
  t.is(again.code, 0, again.err);

  const verified = await node.evioctl('--log', join(node.dir, 'state/ledger.db'), 'verify');
  t.is(verified.code, 0, `what was taken over breaks no law: ${verified.out}${verified.err}`);
});
