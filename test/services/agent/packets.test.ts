import test from 'ava';
import { makeNetns, type Netns } from '../../support/netns.ts';
import { eventually } from '../../support/node.ts';
import { reaches, sharedScene } from '../../support/scene.ts';
import { ping, transfer } from '../../support/traffic.ts';
import { linkUplink } from '../../support/uplink.ts';

const scene = sharedScene(test);

const kilobytes = 256 * 1024;

const twoPods = async () => {
  const { makePods, add } = scene();
  const [one, other] = await makePods(2);
  if (one === undefined || other === undefined) throw new Error('there are no pods');
  const [oneAddress = ''] = await add(one);
  const [address = ''] = await add(other);
  return { one, other, oneAddress, address };
};

/** A machine beside the node, with an address outside and one in the host overlay. */
const makeNeighbour = async (node: Netns): Promise<Netns> => {
  const neighbour = await makeNetns('outside');
  await linkUplink(node, neighbour);
  await node.exec('ip', 'address', 'add', '10.10.0.1/16', 'dev', 'uplink');
  await neighbour.exec('ip', 'address', 'add', '10.10.0.2/16', 'dev', 'eth0');
  await neighbour.exec('ip', 'route', 'add', '10.244.0.0/24', 'via', '10.10.0.1');
  return neighbour;
};

test.serial('the MTU is on every piece, and a packet of that size passes whole', async (t) => {
  const { node, makePod, add } = scene();
  const { one, address } = await twoPods();
  const mtuOf = async (where: Netns, link: string): Promise<string> =>
    /mtu (\d+)/.exec(await where.exec('ip', 'link', 'show', link))?.[1] ?? '';
  for (const link of ['evio0', ...(await scene().links())]) t.is(await mtuOf(node.netns, link), '1410', link);
  t.is(await mtuOf(one, 'eth0'), '1410');
  t.regex(await one.exec('ip', 'route', 'show', 'default'), /mtu 1410/);
  const whole = ['-c', '1', '-W', '2', '-M', 'do', '-s'];
  t.regex(await one.exec('ping', ...whole, String(1410 - 28), address), /1 received/);
  await t.throwsAsync(one.exec('ping', ...whole, String(1410 - 27), address));

  const small = await makePod();
  await add(small, { config: { mtu: 1300 } });
  const [row] = (await scene().pods()).filter(({ containerId }) => containerId === small.name);
  t.is(await mtuOf(small, 'eth0'), '1300');
  t.is(await mtuOf(node.netns, row?.hostIfname ?? ''), '1300');
  t.regex(await small.exec('ip', 'route', 'show', 'default'), /mtu 1300/);
});

test.serial("a pod's MAC follows from its address", async (t) => {
  const { one, oneAddress } = await twoPods();
  const octets = oneAddress.split('.').map((octet) => Number(octet).toString(16).padStart(2, '0'));
  t.true((await one.exec('ip', 'link', 'show', 'eth0')).includes(`0a:58:${octets.join(':')}`));
});

test.serial(
  'pods of one node reach each other through the host, and are told of no shorter way',
  async (t) => {
    const { one, address } = await twoPods();
    t.regex(await one.exec('ping', '-c', '1', '-W', '2', '10.244.0.1'), /ttl=64/);
    const answers = await one.exec('ping', '-c', '3', '-i', '0.1', '-W', '2', address);
    t.regex(answers, /ttl=63/);
    t.notRegex(answers, /Redirect/i);
    t.notRegex(await one.exec('ip', 'neigh', 'show'), new RegExp(`^${address} `, 'm'));
  },
);

test.serial("pods know the gateway by the bridge's MAC: their packets pass the switch", async (t) => {
  const { makePods, add } = scene();
  // Who answers first would be chance, so there are several.
  for (const pod of await makePods(6)) {
    await add(pod);
    await ping(pod, '10.244.0.1');
    t.regex(await pod.exec('ip', 'neigh', 'show', '10.244.0.1'), /lladdr 0a:58:0a:f4:00:01 /);
  }
});

test.serial('a pod that takes another way than the host does not reach its neighbour', async (t) => {
  const { one, address } = await twoPods();
  t.true(await reaches(one, address));
  await one.exec('ip', 'route', 'add', `${address}/32`, 'dev', 'eth0');
  t.false(await reaches(one, address));
});

test.serial('TCP between pods carries their own addresses', async (t) => {
  const { one, other, oneAddress, address } = await twoPods();
  const { seenAs } = await transfer(one, other, { address, port: 5001, listenOn: 5001 }, kilobytes);
  t.is(seenAs, oneAddress);
});

test.serial(
  'a pod is seen under its own address in the host overlay, and outside under the address of its node',
  async (t) => {
    const { node } = scene();
    const neighbour = await makeNeighbour(node.netns);
    t.teardown(neighbour.remove);
    const { one, oneAddress } = await twoPods();
    await eventually('the neighbour answers', () => ping(one, '192.0.2.2').catch(() => undefined));
    const seenAs = async (address: string): Promise<string> =>
      (await transfer(one, neighbour, { address, port: 5001, listenOn: 5001 }, kilobytes)).seenAs;
    t.is(await seenAs('192.0.2.2'), '192.0.2.1');
    t.is(await seenAs('10.10.0.2'), oneAddress);
  },
);

test.serial(
  'a Service whose backend is on the same node works, and its answers come back through the host',
  async (t) => {
    const { node } = scene();
    const { one, other, oneAddress, address } = await twoPods();
    const rule = `ip daddr 10.96.0.10 tcp dport 80 dnat to ${address}:5002`;
    await node.netns.exec(
      'nft',
      `table ip services { chain in { type nat hook prerouting priority dstnat; ${rule}; }; }`,
    );
    const { seenAs } = await transfer(
      one,
      other,
      { address: '10.96.0.10', port: 80, listenOn: 5002 },
      kilobytes,
    );
    t.is(seenAs, oneAddress);
  },
);
