import test from 'ava';
import { linesOf } from '../../support/agent-lines.ts';
import { eventually } from '../../support/node.ts';
import {
  assertSound,
  eventuallyReaches,
  holdUp,
  isReady,
  makeScene,
  reaches,
  usual,
} from '../../support/scene.ts';

const lines = (text: string): ReadonlyArray<string> => text.trim().split('\n').sort();

/** The agent sweeps once an hour: what is put back here was heard of, or looked for by a start. */
const twoPods = async (t: Parameters<typeof makeScene>[0]) => {
  const scene = await makeScene(t, usual, '--sweep', '3600');
  const [one, other] = await scene.makePods(2);
  if (one === undefined || other === undefined) throw new Error('there are no pods');
  await scene.add(one);
  const [address = ''] = await scene.add(other);
  const works = async (): Promise<void> => {
    await eventuallyReaches(one, '10.244.0.1');
    await eventuallyReaches(one, address);
  };
  const gatewayMac = async (): Promise<string> =>
    /lladdr (\S+)/.exec(await one.exec('ip', 'neigh', 'show', '10.244.0.1'))?.[1] ?? '';
  await works();
  return { ...scene, scene, one, other, works, gatewayMac };
};

test.serial(
  'pods work again after somebody deleted the bridge, and after somebody made it anew',
  async (t) => {
    const { node, scene, works, gatewayMac } = await twoPods(t);
    const mac = await gatewayMac();
    t.is(mac, '0a:58:0a:f4:00:01');
    await node.ovs.vsctl('del-br', 'evio0');
    await works();
    t.is(await gatewayMac(), mac);

    // As Evio does at each start; without a kernel module the datapath type must be named.
    await node.ovs.vsctl('--if-exists', 'del-br', 'evio0', '--', 'add-br', 'evio0');
    await works();
    t.is(await gatewayMac(), mac);
    await isReady(node);
    await assertSound(t, scene);
  },
);

test.serial('pods work again after Open vSwitch was restarted', async (t) => {
  const { node, scene, works } = await twoPods(t);
  await node.ovs.restart();
  await works();
  await isReady(node);
  await assertSound(t, scene);
});

test.serial('pods work again after ovs-vswitchd alone was restarted', async (t) => {
  const { node, scene, works } = await twoPods(t);
  await node.ovs.killSwitchd();
  await node.ovs.startSwitchd();
  await works();
  await isReady(node);
  await assertSound(t, scene);
});

test.serial(
  'a port that is removed while it is put back is tried again, and told of when that goes on',
  async (t) => {
    const { node, scene, works, ports, ask } = await twoPods(t);
    const { vsctl, switchdPid } = node.ovs;
    const [port = ''] = await ports();
    const goOn = holdUp(t, await switchdPid());
    const lookUp = () => vsctl('--no-wait', '--if-exists', 'get', 'port', port, '_uuid');
    let last = (await lookUp()).trim();
    const remove = () => vsctl('--no-wait', 'del-port', 'evio0', port);
    /** ovs-vswitchd is held up, so whoever puts it back waits for it. */
    const putBack = async (): Promise<void> => {
      last = await eventually('its row is there again', async () => {
        const row = (await lookUp()).trim();
        return row === '' || row === last ? undefined : row;
      });
    };
    const told = async (message: string) =>
      (await linesOf(node)).filter((line) => line.message === message && line['port'] === port);
    const failed = () => told('the port could not be put back: the next sweep tries it again');
    for (let removals = 0; removals < 5; removals += 1) {
      await remove();
      await putBack();
    }
    t.deepEqual(await failed(), []);
    await remove();
    const [line] = await eventually('it is told', async () =>
      (await failed()).length > 0 ? failed() : undefined,
    );
    t.deepEqual(line?.['failure'], { type: 'port-removed', name: port });
    goOn();
    // The next sweep, at once.
    await ask('POST', '/v1/settle', {});
    await works();
    t.is((await told('the port was put back')).length, 1);
    await isReady(node);
    await assertSound(t, scene);
  },
);

test.serial('a port that was removed by hand comes back; foreign ports stay as they are', async (t) => {
  const { node, one, works, ports, links } = await twoPods(t);
  const { vsctl } = node.ovs;
  await vsctl('add-br', 'other0', '--', 'set', 'bridge', 'other0', 'datapath_type=netdev');
  const patch = (name: string, peer: string) => [
    ...['--', 'set', 'interface', name, 'type=patch', `options:peer=${peer}`],
  ];
  await vsctl(
    'add-port',
    'evio0',
    'p-a',
    ...patch('p-a', 'p-b'),
    '--',
    'add-port',
    'other0',
    'p-b',
    ...patch('p-b', 'p-a'),
  );
  await vsctl('add-port', 'evio0', 'inner', '--', 'set', 'interface', 'inner', 'type=internal');
  // Bears a name like ours, and is not.
  await vsctl(
    'add-port',
    'evio0',
    'evio00000000000',
    '--',
    'set',
    'interface',
    'evio00000000000',
    'type=internal',
  );
  const foreign = () =>
    vsctl(
      '--columns=_uuid,name,external_ids',
      'list',
      'port',
      'p-a',
      'p-b',
      'inner',
      'evio00000000000',
      'other0',
    );
  const before = await foreign();

  const [link = ''] = await links();
  await vsctl('del-port', link);
  await eventually('the port is back', async () => ((await ports()).includes(link) ? true : undefined));
  await works();
  t.is(await foreign(), before);
  await node.stopAgent('SIGKILL');
  await node.startAgent();
  t.is(await foreign(), before);
  t.true(await reaches(one, '10.244.0.1'));
  t.deepEqual(
    lines((await ports()).join('\n')),
    lines([...(await links()), 'p-a', 'inner', 'evio00000000000'].join('\n')),
  );
});

test.serial('ports come back that were removed while no agent ran', async (t) => {
  const { node, scene, works } = await twoPods(t);
  await node.stopAgent();
  await node.ovs.vsctl('del-br', 'evio0');
  await node.startAgent();
  await works();
  await assertSound(t, scene);
});

test.serial('a stale port row, whose link and attachment are gone, is removed', async (t) => {
  const { node, scene, links, ports } = await twoPods(t);
  const [link = ''] = await links();
  const marks = await node.ovs.vsctl('get', 'port', link, 'external_ids');
  const stale = marks.trim().replace(/container-id="?[^",}]+"?/, 'container-id=long-gone');
  await node.ovs.vsctl(
    '--no-wait',
    'add-port',
    'evio0',
    'evioffffffffff',
    '--',
    'set',
    'port',
    'evioffffffffff',
    `external_ids=${stale}`,
  );
  await eventually('it is gone', async () => ((await ports()).includes('evioffffffffff') ? undefined : true));
  await assertSound(t, scene);
});
