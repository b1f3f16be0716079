import type { ExecutionContext } from 'ava';
import { linkLocalOf } from '../../../domain/kernel/link-local.ts';
import { arp, broadcast, type Ends, neighbour, tagged, udp4, udp6 } from '../../support/frames.ts';
import { makeNetns, type Netns } from '../../support/netns.ts';
import { run } from '../../support/run.ts';
import { type Cluster, makeScene, type Scene } from '../../support/scene.ts';
import { type Sniffer, sniff } from '../../support/sniff.ts';

const dualStack: Cluster = {
  podCidr: ['10.244.0.0/16', 'fd00:244::/48'],
  nodeBits: [8, 16],
  hostCidr: '10.10.0.0/16',
};

const gateway = { four: '10.244.0.1', mac: '0a:58:0a:f4:00:01' } as const;

/** What a pod or the gateway is known by. */
export type Identity = { readonly four: string; readonly six: string; readonly mac: string };

export const identityOf = (addresses: ReadonlyArray<string>): Identity => {
  const [four = '', six = ''] = addresses;
  const octets = four.split('.').map((octet) => Number(octet).toString(16).padStart(2, '0'));
  return { four, six, mac: `0a:58:${octets.join(':')}` };
};

/** Frames by what they try. */
export type Frames = Readonly<Record<string, Buffer>>;

const allNodes = { address: 'ff02::1', mac: '33:33:00:00:00:01' };

/** What a pod may send: all of it is about itself. `mark` tells one batch from another. */
export const ownFrames = (pod: Identity, six: string, mark: string): Frames => {
  const ends: Ends = { from: pod.mac, to: gateway.mac };
  const toAll: Ends = { from: pod.mac, to: allNodes.mac };
  const linkLocal = linkLocalOf(pod.mac);
  const about = { target: six, about: pod.six };
  return {
    'a packet from its IPv4 address': udp4(ends, { source: pod.four, target: gateway.four, text: mark }),
    'a packet from its IPv6 address': udp6(ends, { source: pod.six, target: six, text: mark }),
    'a packet from its link-local address': udp6(ends, { source: linkLocal, target: six, text: mark }),
    'an announcement of its address': arp({ ...ends, to: broadcast }, 'request', {
      sha: pod.mac,
      spa: pod.four,
      tpa: pod.four,
    }),
    'a probe for its own address': arp({ ...ends, to: broadcast }, 'request', {
      sha: pod.mac,
      spa: '0.0.0.0',
      tpa: pod.four,
    }),
    'an advertisement of its address': neighbour(toAll, {
      ...about,
      type: 136,
      source: pod.six,
      target: allNodes.address,
      linkLayer: pod.mac,
    }),
    'a solicitation': neighbour(ends, {
      type: 135,
      source: pod.six,
      target: six,
      about: six,
      linkLayer: pod.mac,
    }),
    'a search for duplicates of its address': neighbour(toAll, {
      ...about,
      type: 135,
      source: '::',
      target: allNodes.address,
      linkLayer: undefined,
    }),
  };
};

/** The one VLAN that a shut port carries, and that no frame may bear: no network stack takes it. */
export const inReservedVlan = 'a packet in the reserved VLAN';

/** A packet socket shows a frame without its VLAN tag. */
export const asShown = (frame: Buffer): Buffer =>
  frame.readUInt16BE(12) === 0x8100 ? Buffer.concat([frame.subarray(0, 12), frame.subarray(16)]) : frame;

/** What it may not: somebody else's names, and the words of routers and DHCP servers. */
export const spoofedFrames = (pod: Identity, victim: Identity, six: string, mark: string): Frames => {
  const ends: Ends = { from: pod.mac, to: gateway.mac };
  const toAll: Ends = { from: pod.mac, to: allNodes.mac };
  const linkLocal = linkLocalOf(pod.mac);
  const claims = (frame: Parameters<typeof arp>[2], operation: 'request' | 'reply' = 'reply'): Buffer =>
    arp({ ...ends, to: broadcast }, operation, frame);
  const tells = (message: Omit<Parameters<typeof neighbour>[1], 'target'>): Buffer =>
    neighbour(toAll, { ...message, target: allNodes.address });
  const own = (text: string): Buffer =>
    udp4(ends, { source: pod.four, target: gateway.four, text: `${mark} ${text}` });
  return {
    'a packet from another pod': udp4(ends, { source: victim.four, target: gateway.four, text: mark }),
    'a packet from outside': udp4(ends, { source: '192.0.2.77', target: gateway.four, text: mark }),
    'a packet from nowhere': udp4(ends, { source: '0.0.0.0', target: '255.255.255.255', text: mark }),
    "a packet with another pod's MAC": udp4(
      { ...ends, from: victim.mac },
      { source: pod.four, target: gateway.four, text: `${mark} mac` },
    ),
    "another pod's IPv6 address": udp6(ends, { source: victim.six, target: six, text: mark }),
    "another pod's link-local address": udp6(ends, {
      source: linkLocalOf(victim.mac),
      target: six,
      text: mark,
    }),
    "the gateway's ARP": claims({ sha: pod.mac, spa: gateway.four, tpa: victim.four }),
    "another pod's ARP": claims({ sha: pod.mac, spa: victim.four, tpa: gateway.four }),
    "its own address with another's MAC": claims({ sha: victim.mac, spa: pod.four, tpa: gateway.four }),
    "a probe for another's address": claims({ sha: pod.mac, spa: '0.0.0.0', tpa: victim.four }, 'request'),
    "the gateway's advertisement": tells({ type: 136, source: pod.six, about: six, linkLayer: pod.mac }),
    "the gateway's advertisement, from its address": tells({
      type: 136,
      source: six,
      about: six,
      linkLayer: pod.mac,
    }),
    "an advertisement of itself with another's MAC": tells({
      type: 136,
      source: pod.six,
      about: pod.six,
      linkLayer: victim.mac,
    }),
    "a solicitation with another's MAC": tells({
      type: 135,
      source: pod.six,
      about: six,
      linkLayer: victim.mac,
    }),
    "a search for duplicates of another's address": tells({
      type: 135,
      source: '::',
      about: victim.six,
      linkLayer: undefined,
    }),
    'a router advertisement': tells({ type: 134, source: linkLocal, about: '::', linkLayer: pod.mac }),
    'a redirect': tells({ type: 137, source: linkLocal, about: six, linkLayer: pod.mac }),
    'a DHCP offer': udp4(
      { ...ends, to: broadcast },
      { source: pod.four, target: '255.255.255.255', port: 68, text: mark },
    ),
    'a DHCPv6 offer': udp6(toAll, { source: pod.six, target: allNodes.address, port: 546, text: mark }),
    'a packet in a VLAN': tagged(own('seven'), 7),
    [inReservedVlan]: tagged(own('reserved'), 4095),
  };
};

/** Two pods of both families on a node, and a port of somebody else's on their bridge. */
export type SpoofingScene = Scene & {
  readonly attacker: Netns;
  readonly victim: Netns;
  readonly pod: Identity;
  readonly other: Identity;
  /** The gateway's IPv6 address. */
  readonly six: string;
  readonly stranger: Netns;
};

/** A namespace behind a port without our mark, with an address in a network of its own that the bridge has too. */
export const plugStranger = async (t: ExecutionContext, { node }: Scene): Promise<Netns> => {
  const stranger = await makeNetns('stranger');
  t.teardown(stranger.remove);
  await run(
    'ip',
    '-n',
    node.netns.name,
    'link',
    'add',
    'vm0',
    'type',
    'veth',
    'peer',
    'name',
    'eth0',
    'netns',
    stranger.name,
  );
  await node.netns.exec(
    'sysctl',
    '-qw',
    'net.ipv4.conf.vm0.arp_ignore=8',
    'net.ipv6.conf.vm0.disable_ipv6=1',
  );
  await run('ip', '-n', node.netns.name, 'link', 'set', 'vm0', 'up');
  await run('ip', '-n', stranger.name, 'address', 'add', '198.51.100.2/24', 'dev', 'eth0');
  await run('ip', '-n', stranger.name, 'link', 'set', 'eth0', 'up');
  await run('ip', '-n', node.netns.name, 'address', 'add', '198.51.100.1/24', 'dev', 'evio0');
  await node.ovs.vsctl('add-port', 'evio0', 'vm0');
  return stranger;
};

export const makeSpoofingScene = async (
  t: ExecutionContext,
  ...agentArgs: ReadonlyArray<string>
): Promise<SpoofingScene> => {
  const scene = await makeScene(t, dualStack, ...agentArgs);
  const [attacker, victim] = await scene.makePods(2);
  if (attacker === undefined || victim === undefined) throw new Error('there are no pods');
  const pod = identityOf(await scene.add(attacker));
  const other = identityOf(await scene.add(victim));
  const six = pod.six.replace(/::.*/, '::1');
  return { ...scene, attacker, victim, pod, other, six, stranger: await plugStranger(t, scene) };
};

/** What arrives at the host, at another pod and at somebody else's port. */
export const sniffAll = async (
  t: ExecutionContext,
  { node, victim, stranger }: SpoofingScene,
): Promise<Readonly<Record<'host' | 'pod' | 'stranger', Sniffer>>> => ({
  host: await sniff(t, node.netns, 'evio0'),
  pod: await sniff(t, victim, 'eth0'),
  stranger: await sniff(t, stranger, 'eth0'),
});
