import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import test, { type ExecutionContext } from 'ava';
import { openFirewall } from '../../../adapters/nftables/firewall.ts';
import { makeNetns, type Netns } from '../../support/netns.ts';

/**
 * A pod at 10.244.3.5, its node at 10.10.0.3, and behind the node one machine that answers under four addresses: one of
 * the pod overlay, one of the host overlay, one that is excluded, one that is outside. Nothing but the firewall decides which
 * source it sees.
 */
type Path = { readonly pod: Netns; readonly node: Netns; readonly outside: Netns };

const outsideAddresses = [
  ...['10.244.7.9/32', '10.10.0.9/32', '192.0.2.7/32', '198.51.100.9/32'],
  ...['fd00:244:0:7::9/128', 'fd00:10::9/128', '2001:db8:7::9/128', '2001:db8:99::9/128'],
];

const cable = async (left: Netns, leftName: string, right: Netns, rightName: string): Promise<void> => {
  await left.exec('ip', 'link', 'add', leftName, 'type', 'veth', 'peer', rightName, 'netns', right.name);
  await left.exec('ip', 'link', 'set', leftName, 'up');
  await right.exec('ip', 'link', 'set', rightName, 'up');
};

const address = (netns: Netns, device: string, ...addresses: ReadonlyArray<string>): Promise<unknown> =>
  Promise.all(
    addresses.map((one) =>
      netns.exec('ip', 'address', 'add', one, 'dev', device, ...(one.includes(':') ? ['nodad'] : [])),
    ),
  );

const makePath = async (t: ExecutionContext): Promise<Path> => {
  const own = async (role: string): Promise<Netns> => {
    const netns = await makeNetns(role);
    t.teardown(netns.remove);
    return netns;
  };
  const [pod, node, outside] = [await own('pod'), await own('node'), await own('out')];
  await cable(pod, 'eth0', node, 'pod0');
  await cable(node, 'up0', outside, 'eth0');
  await address(pod, 'eth0', '10.244.3.5/24', 'fd00:244:0:3::5/64');
  await address(node, 'pod0', '10.244.3.1/24', 'fd00:244:0:3::1/64');
  await address(node, 'up0', '10.10.0.3/32', 'fd00:10::3/128');
  await address(outside, 'eth0', ...outsideAddresses);
  for (const family of ['-4', '-6']) {
    const [gateway, host] =
      family === '-4' ? (['10.244.3.1', '10.10.0.3'] as const) : (['fd00:244:0:3::1', 'fd00:10::3'] as const);
    await pod.exec('ip', family, 'route', 'add', 'default', 'via', gateway);
    await node.exec('ip', family, 'route', 'add', 'default', 'dev', 'up0');
    await outside.exec('ip', family, 'route', 'add', 'default', 'via', host, 'dev', 'eth0', 'onlink');
  }
  await node.exec('sysctl', '-qw', 'net.ipv4.ip_forward=1', 'net.ipv6.conf.all.forwarding=1');
  return { pod, node, outside };
};

/** Which source address the outside machine sees when the pod connects to `to`; asked over TCP of the machine itself. */
const sourceSeen = async ({ pod, outside }: Path, to: string): Promise<string> => {
  const server = `
    const server = require('node:net').createServer((socket) => {
      socket.end(socket.remoteAddress);
      server.close();
    });
    server.listen(8080, ${JSON.stringify(to)}, () => console.log('ready'));`;
  const listening = execFile('ip', ['netns', 'exec', outside.name, process.execPath, '-e', server]);
  await new Promise((resolve) => listening.stdout?.once('data', resolve));
  const client = `
    require('node:net').connect({ host: ${JSON.stringify(to)}, port: 8080, timeout: 5000 })
      .on('timeout', () => process.exit(1))
      .pipe(process.stdout);`;
  try {
    const { stdout } = await promisify(execFile)('ip', [
      ...['netns', 'exec', pod.name, process.execPath, '-e', client],
    ]);
    return stdout;
  } finally {
    listening.kill();
  }
};

test('a pod keeps its address towards pods, hosts and exclusions, and takes the node’s towards all others', async (t) => {
  const path = await makePath(t);
  const firewall = openFirewall({ netns: path.node.path });
  await firewall.replace({
    sources: ['10.244.3.0/24', 'fd00:244:0:3::/64'],
    except: [
      ...['10.244.0.0/16', '10.10.0.0/16', '224.0.0.0/4', '192.0.2.0/24'],
      ...['fd00:244::/48', 'fd00:10::/64', 'ff00::/8', '2001:db8:7::/48'],
    ],
  })();
  t.is(await sourceSeen(path, '10.244.7.9'), '10.244.3.5');
  t.is(await sourceSeen(path, '10.10.0.9'), '10.244.3.5');
  t.is(await sourceSeen(path, '192.0.2.7'), '10.244.3.5');
  t.is(await sourceSeen(path, '198.51.100.9'), '10.10.0.3');
  t.is(await sourceSeen(path, 'fd00:244:0:7::9'), 'fd00:244:0:3::5');
  t.is(await sourceSeen(path, 'fd00:10::9'), 'fd00:244:0:3::5');
  t.is(await sourceSeen(path, '2001:db8:7::9'), 'fd00:244:0:3::5');
  t.is(await sourceSeen(path, '2001:db8:99::9'), 'fd00:10::3');
});

test('what is not from this node’s pods keeps its address', async (t) => {
  const path = await makePath(t);
  await openFirewall({ netns: path.node.path }).replace({ sources: ['10.244.4.0/24'], except: [] })();
  t.is(await sourceSeen(path, '198.51.100.9'), '10.244.3.5');
  t.is(await sourceSeen(path, '2001:db8:99::9'), 'fd00:244:0:3::5');
});
