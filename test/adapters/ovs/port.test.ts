import { setTimeout as sleep } from 'node:timers/promises';
import test, { type ExecutionContext } from 'ava';
import { either as E } from 'fp-ts';
import type { Bridge, Port } from '../../../domain/port/switch.ts';
import { makeNetns } from '../../support/netns.ts';
import { run } from '../../support/run.ts';
import { makeSwitch } from '../../support/switch.ts';

const bridge: Bridge = { name: 'evio0', datapathType: 'netdev', hwaddr: '0a:58:0a:f4:00:01', mtu: 1400 };
const port = (name: string): Port => ({
  bridge: 'evio0',
  name,
  protected: true,
  guarded: false,
  externalIds: { container: 'c1', addresses: '10.244.0.2,fd00::2' },
});
const done = E.right(undefined);

/** A bridge with the gateway's addresses, and a namespace whose links plug into it. */
const setUp = async (t: ExecutionContext) => {
  const { host, ovs, opened } = await makeSwitch(t);
  const pod = await makeNetns('pod');
  t.teardown(pod.remove);
  t.deepEqual(await opened.ensureBridge(bridge)(), done);
  await run('ip', '-n', host.name, 'address', 'add', '10.244.0.1/24', 'dev', 'evio0');
  await run('ip', '-n', host.name, 'address', 'add', 'fd00::1/64', 'dev', 'evio0', 'nodad');
  await run('ip', '-n', host.name, 'link', 'set', 'evio0', 'up');

  const plugLink = async (name: string) => {
    const peer = ['peer', 'name', 'eth0', 'address', '0a:58:0a:f4:00:02', 'netns', pod.name];
    await run('ip', '-n', host.name, 'link', 'add', name, 'type', 'veth', ...peer);
    // As a pod's: or the host answers there too, with this end's MAC, and the pod's packets pass the switch by.
    await host.exec('sysctl', '-qw', `net.ipv4.conf.${name}.arp_ignore=8`);
    await run('ip', '-n', host.name, 'link', 'set', name, 'up');
    await run('ip', '-n', pod.name, 'address', 'add', '10.244.0.2/24', 'dev', 'eth0');
    await run('ip', '-n', pod.name, 'address', 'add', 'fd00::2/64', 'dev', 'eth0', 'nodad');
    await run('ip', '-n', pod.name, 'link', 'set', 'eth0', 'up');
  };
  const unplugLink = (name: string) => run('ip', '-n', host.name, 'link', 'delete', name);
  return { host, pod, ovs, opened, plugLink, unplugLink };
};

test('a port forwards from its first frame on, and bears what was given beside our mark', async (t) => {
  const { pod, ovs, opened, plugLink } = await setUp(t);
  await plugLink('v1');
  const added = await opened.addPort(port('v1'), 5_000)();
  t.true(E.isRight(added) && added.right.ofport > 0 && added.right.transactMs > 0 && added.right.waitMs >= 0);
  t.regex(await pod.exec('ping', '-c1', '-W5', '10.244.0.1'), /1 received/);
  t.is((await ovs.vsctl('get', 'Port', 'v1', 'protected')).trim(), 'true');
  t.is(
    (await ovs.vsctl('get', 'Port', 'v1', 'external_ids')).trim(),
    '{addresses="10.244.0.2,fd00::2", container=c1, owner=evio-ledger}',
  );
  const ofport = E.isRight(added) ? added.right.ofport : 0;
  const { externalIds } = port('v1');
  t.deepEqual(
    await opened.ports()(),
    E.right([
      {
        ...{ bridge: 'evio0', name: 'v1', externalIds, guarded: false, ofport, error: undefined },
        ...{ tag: undefined, trunk: undefined },
      },
    ]),
  );
});

test('IPv6 neighbours find each other also when a foreign port alone has registered their solicited-node groups', async (t) => {
  const { host, pod, ovs, opened, plugLink } = await setUp(t);
  const other = await makeNetns('pod');
  t.teardown(other.remove);
  const mac = ['address', '0a:58:0a:f4:00:03'];
  // Same lowest 24 bits as the pod's and the gateway's addresses.
  await run(
    'ip',
    '-n',
    host.name,
    'link',
    'add',
    'v2',
    'type',
    'veth',
    'peer',
    'eth0',
    ...mac,
    'netns',
    other.name,
  );
  await run('ip', '-n', host.name, 'link', 'set', 'v2', 'up');
  for (const address of ['fd00:b::1/64', 'fd00:b::2/64'])
    await run('ip', '-n', other.name, 'address', 'add', address, 'dev', 'eth0', 'nodad');
  await ovs.vsctl('add-port', 'evio0', 'v2');
  await plugLink('v1');
  // The pod's reports (RFC 3810, section 6.1: two, up to a second apart) are over before its port is plugged in.
  await sleep(2_500);
  t.true(E.isRight(await opened.addPort(port('v1'), 5_000)()));
  await run('ip', '-n', other.name, 'link', 'set', 'eth0', 'up');
  const registered = async (): Promise<boolean> => {
    const groups = await ovs.appctl('mdb/show', 'evio0');
    return ['ff02::1:ff00:1', 'ff02::1:ff00:2'].every((group) =>
      new RegExp(`^ +\\d+ +0 +${group} `, 'm').test(groups),
    );
  };
  for (let looks = 0; looks < 100 && !(await registered()); looks++) await sleep(50);
  t.true(await registered());
  t.regex(await host.exec('ping', '-6', '-c1', '-W5', 'fd00::2'), /1 received/);
  await pod.exec('ip', '-6', 'neighbour', 'flush', 'all');
  t.regex(await pod.exec('ping', '-6', '-c1', '-W5', 'fd00::1'), /1 received/);
});

test('a port whose link does not exist is removed again and reported with the reason', async (t) => {
  const { ovs, opened } = await setUp(t);
  const added = await opened.addPort(port('nowhere'), 5_000)();
  t.true(E.isLeft(added) && added.left.type === 'port-failed');
  t.regex(JSON.stringify(added), /could not open network device nowhere \(No such device\)/);
  t.deepEqual(await opened.ports()(), E.right([]));
  t.is((await ovs.vsctl('list-ports', 'evio0')).trim(), '');
});

test('a port that ovs-vswitchd does not attach in time is removed again', async (t) => {
  const { ovs, opened, plugLink } = await setUp(t);
  await plugLink('v1');
  await ovs.killSwitchd();
  const reason = 'ovs-vswitchd has not attached it within 100 ms';
  t.deepEqual(await opened.addPort(port('v1'), 100)(), E.left({ type: 'port-failed', name: 'v1', reason }));
  t.is((await ovs.vsctl('--no-wait', 'list-ports', 'evio0')).trim(), '');
});

test('a bridge that is not there is named', async (t) => {
  const { opened } = await setUp(t);
  t.deepEqual(
    await opened.addPort({ ...port('v1'), bridge: 'evio9' }, 1_000)(),
    E.left({ type: 'bridge-missing', bridge: 'evio9' }),
  );
});

test('a port of ours added again forwards for the link that has the name now', async (t) => {
  const { pod, opened, plugLink, unplugLink } = await setUp(t);
  await plugLink('v1');
  await opened.addPort(port('v1'), 5_000)();
  await unplugLink('v1');
  await plugLink('v1');
  const again = { ...port('v1'), externalIds: { container: 'c2' } };
  const added = await opened.addPort(again, 5_000)();
  t.true(E.isRight(added));
  t.regex(await pod.exec('ping', '-c1', '-W5', '10.244.0.1'), /1 received/);
  const ports = await opened.ports()();
  t.deepEqual(E.isRight(ports) ? ports.right.map(({ externalIds }) => externalIds) : [], [
    { container: 'c2' },
  ]);
});

test('a name that was removed a moment ago forwards when it is added again', async (t) => {
  const { pod, opened, plugLink, unplugLink } = await setUp(t);
  for (let round = 0; round < 5; round++) {
    await plugLink('v1');
    t.true(E.isRight(await opened.addPort(port('v1'), 5_000)()), `round ${round}`);
    t.regex(await pod.exec('ping', '-c1', '-W5', '10.244.0.1'), /1 received/, `round ${round}`);
    const removing = opened.removePort('v1')();
    await unplugLink('v1');
    t.deepEqual(await removing, done);
  }
});

test('removal succeeds repeated, with the link gone, and for a name never seen', async (t) => {
  const { ovs, opened, plugLink, unplugLink } = await setUp(t);
  await plugLink('v1');
  await opened.addPort(port('v1'), 5_000)();
  await unplugLink('v1');
  t.deepEqual(await opened.removePort('v1')(), done);
  t.deepEqual(await opened.removePort('v1')(), done);
  t.deepEqual(await opened.removePort('never')(), done);
  t.is((await ovs.vsctl('list-ports', 'evio0')).trim(), '');
  t.is((await ovs.vsctl('--bare', '--columns=name', 'find', 'Interface', 'name=v1')).trim(), '');
});

test('ports that are not ours are refused by name and never changed', async (t) => {
  const { ovs, opened } = await setUp(t);
  await ovs.vsctl(
    'add-port',
    'evio0',
    'patch',
    '--',
    'set',
    'Interface',
    'patch',
    'type=patch',
    'options:peer=x',
  );
  await ovs.vsctl('add-port', 'evio0', 'inner', '--', 'set', 'Interface', 'inner', 'type=internal');
  await ovs.vsctl('set', 'Port', 'inner', 'external_ids:owner=another');
  await ovs.vsctl(
    'add-bond',
    'evio0',
    'bond',
    'leg1',
    'leg2',
    '--',
    'set',
    'Interface',
    'leg1',
    'type=internal',
  );
  const look = () => ovs.vsctl('--columns=_uuid,name,interfaces,protected,external_ids', 'list', 'Port');
  const before = await look();
  for (const name of ['patch', 'inner', 'evio0', 'leg1'])
    t.deepEqual(await opened.addPort(port(name), 1_000)(), E.left({ type: 'foreign-port', name }));
  for (const name of ['patch', 'inner', 'evio0'])
    t.deepEqual(await opened.removePort(name)(), E.left({ type: 'foreign-port', name }));
  t.is(await look(), before);
  t.deepEqual(await opened.ports()(), E.right([]));
});

test('16 ports at once are all added, each with an ofport of its own, and all removed', async (t) => {
  const { host, pod, ovs, opened } = await setUp(t);
  const names = Array.from({ length: 16 }, (_, index) => `v${index}`);
  for (const name of names)
    await run(
      'ip',
      '-n',
      host.name,
      'link',
      'add',
      name,
      'type',
      'veth',
      'peer',
      'name',
      name,
      'netns',
      pod.name,
    );
  const added = await Promise.all(names.map((name) => opened.addPort(port(name), 10_000)()));
  const ofports = added.flatMap((each) => (E.isRight(each) ? [each.right.ofport] : []));
  t.is(new Set(ofports).size, 16);
  const removed = await Promise.all(names.map((name) => opened.removePort(name)()));
  t.deepEqual(removed, Array(16).fill(done));
  t.is((await ovs.vsctl('list-ports', 'evio0')).trim(), '');
});
