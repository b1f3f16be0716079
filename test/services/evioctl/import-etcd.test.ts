import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { startEtcd } from '../../support/etcd.ts';
import { makeLedgered } from '../../support/ledgered-scene.ts';
import { eventually } from '../../support/node.ts';
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
  t.is(listed.code, 0, listed.err);
  t.is(listed.err, '');
  t.regex(
    listed.out,
    /^10\.244\.37\.0\/24 would be leased to this node\nADDRESSES .*\n10\.244\.37\.2 .*default\/web-0 .* to be taken over\n$/,
  );
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

const errorsIn = (err: string): ReadonlyArray<string> => err.split('\n').filter((line) => line !== '');

test('a node without a lease is told all that is in the way before it joins, by a dry run and without', async (t) => {
  const etcd = await startEtcd(t);
  for (const key of [
    '10.244.37.2,10.244.37.254,10.244.37.1/16',
    '10.244.37.130,10.244.37.254,10.244.37.1/16',
    'somebody/else',
  ])
    await etcd.put(`/evpn/${key}`, 'ok');
  const scene = await makeBareScene(t);
  const { node, ask, makePods, log } = scene;
  await node.startAgent();
  await ask('POST', '/v1/configure', { ...usual, nodeBits: 4, minReader: 1 });
  const ranged = (rangeStart: string) =>
    otherNetwork(node, network, { subnet: '10.244.0.0/16', rangeStart, rangeEnd: '10.244.254.254' });
  const [gateway, stray] = await makePods(2);
  if (gateway === undefined || stray === undefined) return t.fail();
  const other = await ranged('10.244.37.1');
  t.is(await other.add(gateway, 'web-0'), '10.244.37.1');
  t.is(await (await ranged('10.244.99.2')).add(stray, 'web-1'), '10.244.99.2');
  await writeFile(join(other.dataDir, network, '10.244.37.9'), 'unknown\r\neth0');
  const before = await log();

  const importing = (...more: ReadonlyArray<string>) =>
    node.evioctl(
      ...['import', 'etcd', etcd.endpoint, '--from-network', network],
      ...['--data-dir', other.dataDir, '--cache-dir', other.cacheDir, ...more],
    );
  for (const more of [[], ['--dry-run']]) {
    const refused = await importing(...more);
    t.is(refused.code, 1);
    const said = errorsIn(refused.err);
    const words = [
      /^error: key "\/evpn\/somebody\/else" is no range of a node/,
      /^error: address "10\.244\.37\.9" belongs to unknown\/eth0: the runtime has no cached result/,
      /^error: address "10\.244\.99\.2" lies in no range that etcd knows/,
      /^error: range "10\.244\.37\.128\/25" overlaps 10\.244\.37\.0\/24/,
      /^error: the pods of node .* use 10\.244\.37\.0\/24, which is no \/20 of podCidr 10\.244\.0\.0\/16/,
      /^error: minReader "1" of the cluster keeps events from being written/,
      /^error: address "10\.244\.37\.1" of evio\/.*\/eth0 is the gateway address of its subnet/,
    ];
    t.is(said.length, words.length, refused.err);
    for (const [i, one] of words.entries()) t.regex(said[i] ?? '', one);
  }
  t.deepEqual(await log(), before);
});

test('behind a ledger the dry run says that the lease is not known yet', async (t) => {
  const etcd = await startEtcd(t);
  await etcd.put('/evpn/10.244.37.2,10.244.37.254,10.244.37.1/16', 'ok');
  const { scene, credentialOf } = await makeLedgered(t);
  const { node, makePod } = scene;
  await node.startAgent('--ledger', await credentialOf('node-1'));
  const range = { subnet: '10.244.0.0/16', rangeStart: '10.244.37.2', rangeEnd: '10.244.37.254' };
  const other = await otherNetwork(node, network, range);
  t.is(await other.add(await makePod(), 'web-0'), '10.244.37.2');
  await eventually('the cluster is known', async () => ((await node.status()).configured ? true : undefined));
  const listed = await node.evioctl(
    ...['import', 'etcd', etcd.endpoint, '--from-network', network, '--dry-run'],
    ...['--data-dir', other.dataDir, '--cache-dir', other.cacheDir],
  );
  t.is(listed.code, 0, listed.err);
  t.regex(
    listed.err,
    /^cannot be told yet: whether the ledger .* leases 10\.244\.37\.0\/24 to this node: it knows the cluster's stream up to revision 0\n$/,
  );
  t.is((await node.status()).joinRequested, false);
});
