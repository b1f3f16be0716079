import test from 'ava';
import { makeLedgered, shipped } from '../../support/ledgered-scene.ts';
import { eventually } from '../../support/node.ts';
import { isReady, makeScene } from '../../support/scene.ts';

test('a node that left takes back its gateway and its rules, and nothing that others put beside them', async (t) => {
  const { node, makePod, add, del } = await makeScene(t);
  const pod = await makePod();
  await add(pod);
  await node.netns.exec('ip', 'address', 'add', '10.10.0.7/16', 'dev', 'evio0');
  await node.netns.exec('nft', 'add table inet somebody');
  const addresses = () => node.netns.exec('ip', '-4', '-o', 'address', 'show', 'dev', 'evio0');
  const tables = () => node.netns.exec('nft', 'list', 'tables');
  t.regex(await addresses(), /10\.244\.0\.1\/24/);
  t.regex(await tables(), /inet evio_ledger/);

  t.is((await node.evioctl('leave')).code, 0);
  t.regex(await addresses(), /10\.244\.0\.1\/24/, 'its last pod still needs the gateway');
  await del(pod);
  await eventually('gateway and rules are gone', async () => {
    const gone = !/10\.244\.0\.1\//.test(await addresses()) && !/evio_ledger/.test(await tables());
    return gone ? true : undefined;
  });
  t.regex(await addresses(), /10\.10\.0\.7\/16/);
  t.regex(await tables(), /inet somebody/);
  const announced = await node.netns.exec('sh', '-c', 'timeout 2 /usr/sbin/nft monitor; true');
  t.is(announced, '', 'the rules that are gone are removed again and again');
});

test('a node that leaves while its ledger is away is to be kept until the ledger has heard of it', async (t) => {
  const { scene, ledger, credentialOf } = await makeLedgered(t);
  const { node, makePod, add, del } = scene;
  const address = await credentialOf('node-1');
  await node.startAgent('--ledger', address);
  t.is((await node.configGen('--ledger', address)).code, 0);
  await isReady(node);
  const pod = await makePod();
  await add(pod);
  await shipped(scene);
  await ledger.server.end('SIGKILL');

  t.is((await node.evioctl('leave')).code, 0);
  await del(pod);
  await eventually('it waits', async () => (await node.status()).ledger?.state === 'waiting' || undefined);
  const unheard = await node.evioctl('leave', '--drain');
  t.regex(
    unheard.out,
    /^node-1 has given its lease back, which the ledger has not heard of yet: keep this machine until it has \(waiting for the ledger at localhost:/,
  );
  const watched = node.evioctl('leave', '--drain', '--watch', '0.1');
  await ledger.restart();
  const ended = await watched;
  t.is(ended.code, 0, ended.err);
  t.true(ended.out.endsWith('\nnode-1 has given its lease back\n'), ended.out);
  t.is((await node.status()).ledger?.lagEvents, 0);
});
