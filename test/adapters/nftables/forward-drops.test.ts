import { rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { either as E } from 'fp-ts';
import { openFirewall } from '../../../adapters/nftables/firewall.ts';
import { judgeRule } from '../../../adapters/nftables/forward-rule.ts';
import { cidr } from '../../support/events.ts';
import { makeNetns, type Netns } from '../../support/netns.ts';
import { eventuallyReaches, reaches } from '../../support/scene.ts';

const outside = '198.51.100.9';
const outside6 = '2001:db8:99::9';
const traffic = { bridge: 'evio0', sources: ['10.244.3.0/24', 'fd00:244:0:3::/64'] };

const undo: Array<() => Promise<void>> = [];
test.after.always(() => Promise.all(undo.map((step) => step())));

const file = join(tmpdir(), `evio-forward-drops-${process.pid}.nft`);
undo.push(() => rm(file, { force: true }));

let pod: Netns;
let node: Netns;

/** A pod, behind `evio0` of its node; and what lies beyond the node. What the firewall does to packets is the truth to compare with. */
test.before(async () => {
  const all = await Promise.all(['pod', 'node', 'out'].map((role) => makeNetns(role)));
  undo.push(...all.map((netns) => netns.remove));
  const [first, second, out] = all;
  if (first === undefined || second === undefined || out === undefined) throw new Error('no namespaces');
  [pod, node] = [first, second];
  const cable = async (netns: Netns, name: string, peer: Netns, peerName: string): Promise<void> => {
    await netns.exec('ip', 'link', 'add', name, 'type', 'veth', 'peer', peerName, 'netns', peer.name);
    await netns.exec('ip', 'link', 'set', name, 'up');
    await peer.exec('ip', 'link', 'set', peerName, 'up');
  };
  await cable(pod, 'eth0', node, 'evio0');
  await cable(node, 'up0', out, 'eth0');
  const address = (netns: Netns, device: string, text: string): Promise<unknown> =>
    netns.exec('ip', 'address', 'add', text, 'dev', device, ...(text.includes(':') ? ['nodad'] : []));
  await address(pod, 'eth0', '10.244.3.5/24');
  await address(pod, 'eth0', 'fd00:244:0:3::5/64');
  await address(node, 'evio0', '10.244.3.1/24');
  await address(node, 'evio0', 'fd00:244:0:3::1/64');
  await address(node, 'up0', '10.10.0.3/32');
  await address(node, 'up0', 'fd00:10::3/128');
  await address(out, 'eth0', `${outside}/32`);
  await address(out, 'eth0', `${outside6}/128`);
  for (const [family, gateway, host] of [
    ['-4', '10.244.3.1', '10.10.0.3'],
    ['-6', 'fd00:244:0:3::1', 'fd00:10::3'],
  ] as const) {
    await pod.exec('ip', family, 'route', 'add', 'default', 'via', gateway);
    await node.exec('ip', family, 'route', 'add', 'default', 'dev', 'up0');
    await out.exec('ip', family, 'route', 'add', 'default', 'via', host, 'dev', 'eth0', 'onlink');
  }
  await node.exec('sysctl', '-qw', 'net.ipv4.ip_forward=1', 'net.ipv6.conf.all.forwarding=1');
  // Until the link-local addresses are no longer tentative.
  await eventuallyReaches(pod, outside6);
});

const table = (family: string, name: string, ...lines: ReadonlyArray<string>): string =>
  `table ${family} others {\nchain ${name} {\n${lines.join('\n')}\n}\n}\n`;

const chain = (family: string, policy: string, ...rules: ReadonlyArray<string>): string =>
  table(family, 'FORWARD', `type filter hook forward priority filter; policy ${policy};`, ...rules);

const forward = (family = 'ip') => [{ family, table: 'others', chain: 'FORWARD' }];

/** As Docker leaves it, with a published port. */
const docker = [
  table('ip', 'DOCKER-USER', 'counter return'),
  table('ip', 'DOCKER', 'ip daddr 172.17.0.2 iifname != "docker0" oifname "docker0" tcp dport 80 accept'),
  chain(
    'ip',
    'drop',
    'jump DOCKER-USER',
    'oifname "docker0" ct state established,related counter accept',
    'oifname "docker0" jump DOCKER',
    'iifname "docker0" oifname != "docker0" accept',
  ),
].join('');

const cases: ReadonlyArray<readonly [string, string, ReturnType<typeof forward>]> = [
  ['no rule at all', '', []],
  ['a policy that accepts', chain('ip', 'accept', 'iifname "docker0" drop'), []],
  ["Docker's policy", docker, forward()],
  [
    "Docker's policy, where the pods are accepted in DOCKER-USER",
    docker.replace('counter return', 'iifname "evio0" accept\noifname "evio0" accept'),
    [],
  ],
  ['a bare policy', chain('inet', 'drop'), forward('inet')],
  ['an unconditional drop', chain('ip', 'accept', 'ct state established accept', 'drop'), forward()],
  [
    "firewalld's last rule",
    chain(
      'inet',
      'accept',
      'ct state established,related accept',
      'ct status dnat accept',
      'iifname "lo" accept',
      'reject with icmpx admin-prohibited',
    ),
    forward('inet'),
  ],
  ['a drop of the bridge by a pattern', chain('ip', 'accept', 'iifname "evio*" drop'), forward()],
  ['a drop of the pods', chain('ip6', 'accept', 'ip6 saddr fd00:244::/32 drop'), forward('ip6')],
  ['a drop of invalid packets', chain('ip', 'accept', 'ct state invalid drop'), []],
  [
    'pods that are accepted by network',
    chain('ip', 'drop', 'ip saddr 10.244.0.0/16 accept', 'ip daddr 10.244.0.0/16 accept'),
    [],
  ],
  [
    'pods that are accepted by the interfaces of a set',
    chain('inet', 'drop', 'iifname { "evio0", "cni0" } accept', 'oifname { "evio0", "cni0" } accept'),
    [],
  ],
  [
    'pods that are accepted to the uplink',
    chain('inet', 'drop', 'iifname "evio0" oifname "up0" accept', 'ct state established accept'),
    [],
  ],
  [
    'what kube-proxy has marked is accepted',
    chain('ip', 'drop', 'meta mark & 0x4000 == 0x4000 accept'),
    forward(),
  ],
  [
    'a map of interfaces',
    table('inet', 'PODS', 'accept') +
      chain('inet', 'drop', 'iifname vmap { "evio0" : goto PODS, "up0" : accept }'),
    [],
  ],
  ['a drop on another way', table('ip', 'IN', 'type filter hook input priority 0; policy drop;'), []],
];

test.serial('our own table is not complained of', async (t) => {
  const firewall = openFirewall({ netns: node.path });
  await firewall.replace({ sources: traffic.sources, except: [] })();
  t.deepEqual(await firewall.foreignDrops(traffic)(), E.right([]));
});

for (const [title, script, drops] of cases) {
  test.serial(
    `${title}: ${drops.length === 0 ? 'nothing' : 'the chain'} is named, as packets find it`,
    async (t) => {
      await node.exec('nft', 'flush', 'ruleset');
      await writeFile(file, script);
      await node.exec('nft', '-f', file);
      t.deepEqual(await openFirewall({ netns: node.path }).foreignDrops(traffic)(), E.right(drops));
      const both = [await reaches(pod, outside), await reaches(pod, outside6)];
      t.is(both.every(Boolean), drops.length === 0, `packets: ${both.join()}`);
    },
  );
}

test.serial(
  'what comes from a VLAN alone is dropped where only the bridge is let through, and that is told',
  async (t) => {
    await node.exec('nft', 'flush', 'ruleset');
    const drops = (vlans: ReadonlyArray<string>) =>
      openFirewall({ netns: node.path }).foreignDrops({ ...traffic, vlans })();
    const script = (...rules: ReadonlyArray<string>) =>
      writeFile(file, chain('inet', 'drop', ...rules, 'ct state established accept'));
    const [found] = forward('inet');
    await script('iifname "evio0" accept');
    await node.exec('nft', '-f', file);
    t.deepEqual(await drops([]), E.right([]));
    t.deepEqual(await drops(['evio0.7']), E.right([{ ...found, interface: 'evio0.7' }]));
    await node.exec('nft', 'flush', 'ruleset');
    await script('iifname { "evio0", "evio0.7" } accept');
    await node.exec('nft', '-f', file);
    t.deepEqual(await drops(['evio0.7']), E.right([]));
    t.deepEqual(await drops(['evio0.7', 'evio0.8']), E.right([{ ...found, interface: 'evio0.8' }]));
    await node.exec('nft', 'flush', 'ruleset');
    await script('iifname "evio0.7" accept');
    await node.exec('nft', '-f', file);
    // The bridge's own pods are more than a VLAN's.
    t.deepEqual(await drops(['evio0.7']), E.right([found]));
  },
);

test.serial('a chain that iptables made is read like any other', async (t) => {
  await node.exec('nft', 'flush', 'ruleset');
  const iptables = (...args: ReadonlyArray<string>) => node.exec('iptables-nft', ...args);
  await iptables('-P', 'FORWARD', 'DROP');
  await iptables('-A', 'FORWARD', '-m', 'conntrack', '--ctstate', 'RELATED,ESTABLISHED', '-j', 'ACCEPT');
  const drops = () => openFirewall({ netns: node.path }).foreignDrops(traffic)();
  t.deepEqual(await drops(), E.right([{ family: 'ip', table: 'filter', chain: 'FORWARD' }]));
  t.false(await reaches(pod, outside));
  await iptables('-I', 'FORWARD', '-i', 'evio0', '-m', 'comment', '--comment', 'pods', '-j', 'ACCEPT');
  t.deepEqual(await drops(), E.right([]));
  t.true(await reaches(pod, outside));
});

const packet = { family: 4 as const, bridge: 'evio0', sources: [cidr('10.244.3.0/24')] };
const match = (left: object, right: unknown) => ({ match: { op: '==', left, right } });

test('what nft prints of rules that iptables made is read as far as it says', (t) => {
  const conntrack = { xt: { type: 'match', name: 'conntrack' } };
  const comment = { xt: { type: 'match', name: 'comment' } };
  const reject = { xt: { type: 'target', name: 'REJECT' } };
  const count = { counter: { packets: 0, bytes: 0 } };
  t.deepEqual(judgeRule(packet, [comment, count, reject]), {
    fit: 'yes',
    ours: false,
    verdict: { type: 'drop' },
  });
  t.like(judgeRule(packet, [conntrack, count, { accept: null }]), { fit: 'unknown', ours: false });
  const bridge = match({ meta: { key: 'iifname' } }, 'evio0');
  t.like(judgeRule(packet, [bridge, conntrack, { accept: null }]), { fit: 'unknown', ours: true });
});
