import test from 'ava';
import { either as E } from 'fp-ts';
import { eventually } from '../../support/node.ts';
import { ip, type LinkSeen, left, makeHost, right } from './host-and-pods.ts';

type Host = Awaited<ReturnType<typeof makeHost>>;

const globals = async ({ netns }: Host): Promise<ReadonlyArray<string>> => {
  const lines = (await netns.exec('ip', '-o', 'address', 'show', 'gw0', 'scope', 'global')).split('\n');
  return lines.flatMap((line) => /inet6? (\S+)/.exec(line)?.[1] ?? []).toSorted();
};

const dual = { name: 'gw0', addresses: ['10.244.0.1/24', 'fd00:10:244::1/64'], mtu: 1380 };

test('the gateway is up, has its MTU and its addresses, usable at once', async (t) => {
  const host = await makeHost(t);
  await host.netns.exec('ip', 'link', 'add', 'gw0', 'type', 'bridge');
  await right(host.kernel.ensureGateway(dual));
  t.deepEqual(await globals(host), ['10.244.0.1/24', 'fd00:10:244::1/64']);
  t.notRegex(await host.netns.exec('ip', 'address', 'show', 'gw0', 'scope', 'global'), /tentative/);
  const [link] = await ip<LinkSeen>(host.netns, 'link', 'show', 'gw0');
  t.is(link?.mtu, 1380);
  t.true(link?.flags.includes('UP'));
});

test('the link-local address is usable at once too: without it the host solicits no neighbour', async (t) => {
  const host = await makeHost(t);
  await host.netns.exec('ip', 'link', 'add', 'gw0', 'type', 'veth', 'peer', 'name', 'other');
  await host.netns.exec('ip', 'link', 'set', 'other', 'up');
  await right(host.kernel.ensureGateway(dual));
  const linkLocal = await host.netns.exec('ip', '-6', 'address', 'show', 'gw0', 'scope', 'link');
  t.regex(linkLocal, /inet6 fe80::/);
  t.notRegex(linkLocal, /tentative/);
});

test('asking again changes nothing', async (t) => {
  const host = await makeHost(t);
  await host.netns.exec('ip', 'link', 'add', 'gw0', 'type', 'bridge');
  await right(host.kernel.ensureGateway(dual));
  const before = await host.netns.exec('ip', 'address', 'show', 'gw0');
  t.deepEqual(await right(host.kernel.ensureGateway(dual)), []);
  t.is(await host.netns.exec('ip', 'address', 'show', 'gw0'), before);
});

test('the gateways of an earlier lease go; what others gave the interface stays', async (t) => {
  const host = await makeHost(t);
  await host.netns.exec('ip', 'link', 'add', 'gw0', 'type', 'bridge');
  await right(host.kernel.ensureGateway({ ...dual, addresses: ['10.244.7.1/24', 'fd00:10:7::1/64'] }));
  for (const address of ['10.10.0.7/16', '10.244.0.9/24', 'fd00:99::1/64'])
    await host.netns.exec('ip', 'address', 'add', address, 'dev', 'gw0');
  await right(host.kernel.ensureGateway(dual));
  const held = await globals(host);
  const wanted = ['10.10.0.7/16', '10.244.0.1/24', '10.244.0.9/24', 'fd00:10:244::1/64', 'fd00:99::1/64'];
  t.deepEqual([...held].sort(), wanted);
  await right(host.kernel.ensureGateway({ ...dual, addresses: [] }));
  t.deepEqual([...(await globals(host))].sort(), ['10.10.0.7/16', '10.244.0.9/24', 'fd00:99::1/64']);
});

test('whatever is taken is said once, also what goes while the gateway is being set right', async (t) => {
  const host = await makeHost(t);
  const { netns, kernel } = host;
  await netns.exec('ip', 'link', 'add', 'gw0', 'type', 'bridge');
  await right(kernel.ensureGateway(dual));
  const taken = 100;
  const said: string[] = [];
  let rounds = 0;
  let taking = true;
  const keepRight = async (): Promise<void> => {
    for (; taking; rounds++) {
      const ensured = await kernel.ensureGateway(dual)();
      if (E.isRight(ensured)) said.push(...ensured.right);
      // Taken before its route could be added from it: the next round gives it back.
      else t.like(ensured.left, { type: 'kernel-refused', errno: 'EINVAL' });
    }
  };
  const keeping = keepRight();
  for (let n = 0; n < taken; n++) {
    await netns.exec('ip', 'address', 'del', '10.244.0.1/24', 'dev', 'gw0');
    const since = rounds;
    await eventually('it is back', async () => rounds > since + 2 || undefined);
  }
  taking = false;
  await keeping;
  t.is(said.filter((one) => one === 'gw0 has lost 10.244.0.1/24').length, taken);
});

test('an interface that is not there is missing', async (t) => {
  const { kernel } = await makeHost(t);
  t.deepEqual(await left(kernel.ensureGateway(dual)), { type: 'link-missing', name: 'gw0' });
});

test('an address without prefix length is refused before anything is changed', async (t) => {
  const host = await makeHost(t);
  await host.netns.exec('ip', 'link', 'add', 'gw0', 'type', 'bridge');
  await host.netns.exec('ip', 'address', 'add', '10.244.0.9/24', 'dev', 'gw0');
  t.deepEqual(await left(host.kernel.ensureGateway({ ...dual, addresses: ['10.244.0.1'] })), {
    type: 'kernel-refused',
    operation: 'read the address 10.244.0.1',
    errno: 'EINVAL',
  });
  t.deepEqual(await globals(host), ['10.244.0.9/24']);
});

test('what somebody took is said by the look, and by what puts it back', async (t) => {
  const host = await makeHost(t);
  const { netns, kernel } = host;
  await netns.exec('ip', 'link', 'add', 'gw0', 'type', 'bridge');
  const added = [
    'gw0 is down',
    'gw0 has MTU 1500 instead of 1380',
    'gw0 has lost 10.244.0.1/24',
    'gw0 has lost fd00:10:244::1/64',
  ];
  t.deepEqual(await right(kernel.ensureGateway(dual)), added);
  await netns.exec('ip', 'address', 'del', 'fd00:10:244::1/64', 'dev', 'gw0');
  await netns.exec('ip', 'route', 'del', '10.244.0.0/24', 'dev', 'gw0');
  const lost = 'gw0 has lost fd00:10:244::1/64';
  const routes = ['10.244.0.1/24', 'fd00:10:244::1/64'].map(
    (one) => `the route to the subnet of ${one} is missing`,
  );
  t.deepEqual(await right(kernel.inspectGateway(dual)), [lost, ...routes]);
  t.deepEqual(
    await right(kernel.ensureGateway(dual)),
    [lost, ...routes.slice(0, 1)],
    'one came with its address',
  );
  t.deepEqual(await right(kernel.inspectGateway(dual)), []);
});
