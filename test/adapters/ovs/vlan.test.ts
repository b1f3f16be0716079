import test, { type ExecutionContext } from 'ava';
import { either as E } from 'fp-ts';
import { isVlanGateway, isVlanPort, vlanPort } from '../../../domain/ovs/vlan-gateway.ts';
import type { Port } from '../../../domain/port/switch.ts';
import type { Netns } from '../../support/netns.ts';
import { eventually } from '../../support/node.ts';
import { run } from '../../support/run.ts';
import { bridge, makeBridge, plugged } from './plugged-pod.ts';

const done = E.right(undefined);
const hundred = vlanPort(bridge, 100);

/** A pod with this address, and a link of this name to it. */
const pluggedWith = async (
  t: ExecutionContext,
  made: Awaited<ReturnType<typeof makeBridge>>,
  name: string,
  address: string,
  port: Partial<Port>,
): Promise<Netns> => {
  const pod = await plugged(t, made, name, port);
  await made.host.exec('sysctl', '-qw', `net.ipv4.conf.${name}.arp_ignore=8`);
  await run('ip', '-n', pod.name, 'address', 'add', address, 'dev', 'eth0');
  return pod;
};

const answers = (from: Netns, address: string): Promise<boolean> =>
  from.exec('ping', '-c1', '-W1', address).then(
    () => true,
    () => false,
  );

test("a VLAN's interface is the host's own, with the MAC and MTU that were asked for", async (t) => {
  const { host, ovs, opened } = await makeBridge(t);
  t.true(E.isRight(await opened.addPort(hundred, 5_000)()));
  const link = await host.exec('ip', 'link', 'show', 'evio0.100');
  t.regex(link, /link\/ether 0a:58:0a:f4:00:01/);
  t.regex(link, /mtu 1400/);
  t.is(await ovs.vsctl('get', 'port', 'evio0.100', 'vlan_mode', 'tag'), 'access\n100\n');
  t.is((await ovs.vsctl('get', 'interface', 'evio0.100', 'type')).trim(), 'internal');
  const seen = await opened.ports()();
  const port = E.isRight(seen) ? seen.right.find(isVlanGateway) : undefined;
  t.true(isVlanPort(hundred, port));
  t.deepEqual(await opened.removePort('evio0.100')(), done);
  await eventually('the interface is gone', () =>
    host.exec('ip', 'link', 'show', 'evio0.100').then(
      () => undefined,
      () => true,
    ),
  );
});

test('a port in a VLAN reaches what is in it, and nothing else', async (t) => {
  const scene = await makeBridge(t);
  const one = await pluggedWith(t, scene, 'v1', '192.0.2.1/24', { vlan: 100 });
  const other = await pluggedWith(t, scene, 'v2', '192.0.2.2/24', { vlan: 100 });
  const elsewhere = await pluggedWith(t, scene, 'v3', '192.0.2.3/24', { vlan: 200 });
  const untagged = await pluggedWith(t, scene, 'v4', '192.0.2.4/24', {});
  t.true(await answers(one, '192.0.2.2'));
  t.false(await answers(one, '192.0.2.3'));
  t.false(await answers(one, '192.0.2.4'));
  t.false(await answers(untagged, '192.0.2.3'));
  t.true(await answers(other, '192.0.2.1'));
  t.false(await answers(elsewhere, '192.0.2.1'));
});

test('what is guarded says nothing of a VLAN, and opened again is in its own', async (t) => {
  const scene = await makeBridge(t);
  const { ovs, opened } = scene;
  const one = await pluggedWith(t, scene, 'v1', '192.0.2.1/24', { vlan: 100, guarded: true });
  await pluggedWith(t, scene, 'v2', '192.0.2.2/24', { vlan: 100 });
  const columns = () => ovs.vsctl('get', 'port', 'v1', 'vlan_mode', 'tag', 'trunks');
  const tags = async () => {
    const seen = await opened.ports()();
    return E.isRight(seen) ? seen.right.map(({ name, guarded, tag }) => ({ name, guarded, tag })) : [];
  };
  t.is(await columns(), 'trunk\n[]\n[4095]\n');
  t.false(await answers(one, '192.0.2.2'));
  t.deepEqual(await opened.setGuarded(['v1'], false, new Map([['v1', { vlan: 100 }]]))(), done);
  t.is(await columns(), 'access\n100\n[]\n');
  t.deepEqual(
    (await tags()).toSorted((a, b) => (a.name < b.name ? -1 : 1)),
    [
      { name: 'v1', guarded: false, tag: 100 },
      { name: 'v2', guarded: false, tag: 100 },
    ],
  );
  await eventually('it forwards', async () => ((await answers(one, '192.0.2.2')) ? true : undefined));
  t.deepEqual(await opened.setGuarded(['v1'], true)(), done);
  t.is(await columns(), 'trunk\n[]\n[4095]\n');
  t.deepEqual(await opened.setGuarded(['v2'], false)(), done);
  t.is(await ovs.vsctl('get', 'port', 'v2', 'vlan_mode', 'tag'), '[]\n[]\n');
});
