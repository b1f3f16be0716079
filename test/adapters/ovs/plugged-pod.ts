import type { ExecutionContext } from 'ava';
import { either as E } from 'fp-ts';
import type { Bridge, Port } from '../../../domain/port/switch.ts';
import { makeNetns, type Netns } from '../../support/netns.ts';
import { run } from '../../support/run.ts';
import { makeSwitch } from '../../support/switch.ts';

export const bridge: Bridge = {
  name: 'evio0',
  datapathType: 'netdev',
  hwaddr: '0a:58:0a:f4:00:01',
  mtu: 1400,
};

export const makeBridge = async (t: ExecutionContext) => {
  const made = await makeSwitch(t);
  t.deepEqual(await made.opened.ensureBridge(bridge)(), E.right(undefined));
  return made;
};

/** A pod's namespace, whose link is a port of this name on the bridge. */
export const plugged = async (
  t: ExecutionContext,
  { host, opened }: Awaited<ReturnType<typeof makeBridge>>,
  name: string,
  port: Partial<Port>,
): Promise<Netns> => {
  const pod = await makeNetns('pod');
  t.teardown(pod.remove);
  const peer = ['peer', 'name', 'eth0', 'netns', pod.name];
  await run('ip', '-n', host.name, 'link', 'add', name, 'type', 'veth', ...peer);
  // As a pod's: or the host answers there too, with this end's MAC, and the pod's packets pass the switch by.
  await host.exec('sysctl', '-qw', `net.ipv4.conf.${name}.arp_ignore=8`);
  await run('ip', '-n', host.name, 'link', 'set', name, 'up');
  await run('ip', '-n', pod.name, 'link', 'set', 'eth0', 'up');
  const plain: Port = { bridge: 'evio0', name, protected: false, guarded: false, externalIds: {} };
  t.true(E.isRight(await opened.addPort({ ...plain, ...port }, 5_000)()));
  return pod;
};
