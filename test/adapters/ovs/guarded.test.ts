import test, { type ExecutionContext } from 'ava';
import { either as E } from 'fp-ts';
import type { Bridge, Port } from '../../../domain/port/switch.ts';
import { makeNetns } from '../../support/netns.ts';
import { eventually } from '../../support/node.ts';
import { run } from '../../support/run.ts';
import { makeSwitch } from '../../support/switch.ts';

const bridge: Bridge = { name: 'evio0', datapathType: 'netdev', hwaddr: '0a:58:0a:f4:00:01', mtu: 1400 };
const port: Port = { bridge: 'evio0', name: 'v1', protected: true, guarded: true, externalIds: {} };
const done = E.right(undefined);

/** A bridge with the gateway's address, and a pod's link to plug into it. */
const setUp = async (t: ExecutionContext) => {
  const { host, ovs, opened } = await makeSwitch(t);
  const pod = await makeNetns('pod');
  t.teardown(pod.remove);
  t.deepEqual(await opened.ensureBridge(bridge)(), done);
  await run('ip', '-n', host.name, 'address', 'add', '10.244.0.1/24', 'dev', 'evio0');
  await run('ip', '-n', host.name, 'link', 'set', 'evio0', 'up');

  const peer = ['peer', 'name', 'eth0', 'netns', pod.name];
  await run('ip', '-n', host.name, 'link', 'add', 'v1', 'type', 'veth', ...peer);
  await run('ip', '-n', host.name, 'link', 'set', 'v1', 'up');
  await host.exec('sysctl', '-qw', 'net.ipv4.conf.v1.arp_ignore=8');
  await run('ip', '-n', pod.name, 'address', 'add', '10.244.0.2/24', 'dev', 'eth0');
  await run('ip', '-n', pod.name, 'link', 'set', 'eth0', 'up');
  return { host, pod, ovs, opened };
};

test('a guarded port passes nothing by itself, also when the switch was restarted; it opens and shuts', async (t) => {
  const { host, pod, ovs, opened } = await setUp(t);
  const pings = (): Promise<boolean> =>
    pod.exec('ping', '-c1', '-W1', '10.244.0.1').then(
      () => true,
      () => false,
    );
  const guarded = async () => {
    const seen = await opened.ports()();
    return E.isRight(seen) && seen.right[0]?.guarded;
  };
  t.true(E.isRight(await opened.addPort(port, 5_000)()));
  t.true(await guarded());
  t.false(await pings());
  await ovs.killSwitchd();
  await ovs.startSwitchd();
  t.deepEqual(await opened.ensureBridge(bridge)(), done);
  t.false(await pings());

  t.deepEqual(await opened.setGuarded(['v1'], false)(), done);
  t.false(await guarded());
  await run('ip', '-n', host.name, 'address', 'replace', '10.244.0.1/24', 'dev', 'evio0');
  await run('ip', '-n', host.name, 'link', 'set', 'evio0', 'up');
  await eventually('it forwards', async () => ((await pings()) ? true : undefined));
  t.deepEqual(await opened.setGuarded(['v1'], true)(), done);
  t.true(await guarded());
  // What it forwarded a moment ago is cached until its revalidators have been at it.
  await ovs.appctl('revalidator/wait');
  t.false(await pings());
});

test('ports that are not ours are not shut, and those that are gone are no failure', async (t) => {
  const { host, ovs, opened } = await setUp(t);
  await run('ip', '-n', host.name, 'link', 'add', 'vm0', 'type', 'veth', 'peer', 'name', 'vm1');
  await ovs.vsctl('add-port', 'evio0', 'vm0');
  t.deepEqual(await opened.setGuarded(['vm0', 'gone'], true)(), done);
  t.is(await ovs.vsctl('get', 'port', 'vm0', 'vlan_mode', 'trunks'), '[]\n[]\n');
});
