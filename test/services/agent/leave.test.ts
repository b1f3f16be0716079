import test from 'ava';
import { eventually } from '../../support/node.ts';
import { makeScene } from '../../support/scene.ts';

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
