import test from 'ava';
import { left, makeHost, right } from './host-and-pods.ts';

type Host = Awaited<ReturnType<typeof makeHost>>;

const makeInterfaces = async (t: Parameters<typeof makeHost>[0]): Promise<Host> => {
  const host = await makeHost(t);
  for (const [name, addresses] of [
    ['evio0', ['10.244.0.1/24', 'fd00:10:244::1/64']],
    ['evio0.7', ['10.244.0.1/32', 'fd00:10:244::1/128']],
    ['evio0.100', ['10.244.0.1/32', 'fd00:10:244::1/128']],
  ] as const) {
    await host.netns.exec('ip', 'link', 'add', name, 'type', 'bridge');
    await right(host.kernel.ensureGateway({ name, addresses, mtu: 1380 }));
  }
  return host;
};

const way = async ({ netns }: Host, address: string): Promise<string> =>
  /dev (\S+)/.exec(await netns.exec('ip', 'route', 'get', address))?.[1] ?? '';

const four = { address: '10.244.0.2', device: 'evio0.100' };
const six = { address: 'fd00:10:244::2', device: 'evio0.100' };

test('one gateway has its addresses on each interface, and asking again changes nothing', async (t) => {
  const host = await makeInterfaces(t);
  const alone = { name: 'evio0.7', addresses: ['10.244.0.1/32', 'fd00:10:244::1/128'], mtu: 1380 };
  t.deepEqual(await right(host.kernel.ensureGateway(alone)), []);
  t.deepEqual(await right(host.kernel.inspectGateway(alone)), []);
  t.is(await way(host, '10.244.0.9'), 'evio0');
  t.is(await way(host, 'fd00:10:244::9'), 'evio0');
  await host.netns.exec('ip', 'address', 'del', '10.244.0.1/32', 'dev', 'evio0.7');
  const lost = ['evio0.7 has lost 10.244.0.1/32'];
  t.deepEqual(await right(host.kernel.inspectGateway(alone)), lost);
  t.deepEqual(await right(host.kernel.ensureGateway(alone)), lost);
  // The other interfaces keep theirs.
  t.regex(await host.netns.exec('ip', 'address', 'show', 'evio0'), /inet 10\.244\.0\.1\/24/);
});

test('a pod is reached by its route, of both families, until that is taken away', async (t) => {
  const host = await makeInterfaces(t);
  t.deepEqual(await right(host.kernel.podRoutes()), []);
  await right(host.kernel.addPodRoutes([four, six]));
  await right(host.kernel.addPodRoutes([four, six]));
  t.deepEqual(await right(host.kernel.podRoutes()), [four, six]);
  // Of somebody else who uses the same number, for a whole network.
  await host.netns.exec('ip', 'route', 'add', '10.9.0.0/16', 'dev', 'evio0.7', 'proto', '101');
  t.deepEqual(await right(host.kernel.podRoutes()), [four, six]);
  for (const { address } of [four, six]) t.is(await way(host, address), 'evio0.100');
  t.is(await way(host, '10.244.0.3'), 'evio0');

  const moved = { ...four, device: 'evio0.7' };
  await right(host.kernel.addPodRoutes([moved]));
  t.is(await way(host, four.address), 'evio0.7');
  t.deepEqual(await right(host.kernel.podRoutes()), [moved, six]);

  for (let times = 0; times < 2; times += 1)
    await right(host.kernel.removePodRoutes([four.address, six.address]));
  t.deepEqual(await right(host.kernel.podRoutes()), []);
  for (const { address } of [four, six]) t.is(await way(host, address), 'evio0');
});

test("somebody else's route to an address stays, and is a refusal", async (t) => {
  const host = await makeInterfaces(t);
  await host.netns.exec('ip', 'route', 'add', '10.244.0.2/32', 'dev', 'evio0.7');
  t.like(await left(host.kernel.addPodRoutes([four])), { type: 'kernel-refused', errno: 'EEXIST' });
  await right(host.kernel.removePodRoutes([four.address]));
  t.deepEqual(await right(host.kernel.podRoutes()), []);
  t.is(await way(host, four.address), 'evio0.7');
});

test('an interface that is not there, and no address, are refused', async (t) => {
  const { kernel } = await makeHost(t);
  t.deepEqual(await left(kernel.addPodRoutes([four])), { type: 'link-missing', name: 'evio0.100' });
  t.like(await left(kernel.addPodRoutes([{ ...four, address: 'x' }])), { errno: 'EINVAL' });
  t.like(await left(kernel.removePodRoutes(['x'])), { errno: 'EINVAL' });
});
