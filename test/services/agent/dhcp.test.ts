import test, { type ExecutionContext } from 'ava';
import { startDhcpDaemon, startDnsmasq } from '../../support/dhcp.ts';
import { eventually } from '../../support/node.ts';
import { assertSound, reaches, refusalOf, resultOf, sharedScene } from '../../support/scene.ts';
import { heldHere } from './delegated-scene.ts';
import { interfaceOf, onNode, ourFlows } from './through-pod-scene.ts';

const scene = sharedScene(test);

const range = '--dhcp-range=10.244.0.200,10.244.0.220,255.255.255.0,2m';
/** When the client asks for more time, in seconds. */
const soon = '--dhcp-option=option:T1,3';

const isClear = () =>
  eventually('nothing is left', async () => {
    const there = await onNode(scene());
    return there.ports.length + there.links.length + there.flows === 0 ? true : undefined;
  });

const acknowledged = (log: string): number => log.split('DHCPACK(').length - 1;

test.serial(
  'a DHCP server gives the address, by Debian’s dhcp and its daemon; the lease is renewed while the pod runs',
  async (t) => {
    const { node, makePod, cni, log, del } = scene();
    const served = await startDnsmasq(t, node, range, soon);
    const asked = await startDhcpDaemon(t);
    const pod = await makePod();
    const ended = await cni('ADD', pod, asked);
    t.is(ended.code, 0, `${ended.out}${ended.err}${served()}`);
    const result = resultOf(ended);
    const [ip] = result.ips;
    t.regex(ip?.address ?? '', /^10\.244\.0\.2\d\d\/32$/);
    t.is(ip?.['gateway'], '10.244.0.1');
    t.deepEqual(result.routes, [{ dst: '0.0.0.0/0', gw: '10.244.0.1' }]);
    const { mac, ifindex } = await interfaceOf(pod);
    t.is(result.interfaces[2]?.['mac'], mac);
    t.true(served().includes(mac ?? '?'), 'the server knows it by its MAC');
    t.true(await reaches(pod, '10.244.0.1'));
    const event = (await log()).findLast(({ type }) => type === 'PodAdded');
    t.like(event?.payload, {
      addresses: [{ address: ip?.address.replace('/32', ''), choice: { by: 'delegated', plugin: 'dhcp' } }],
    });
    const before = acknowledged(served());
    await eventually('the lease is renewed', async () =>
      acknowledged(served()) > before ? true : undefined,
    );
    t.is((await interfaceOf(pod)).ifindex, ifindex);
    const checked = await cni('CHECK', pod, { ...asked, config: { ...asked.config, prevResult: result } });
    t.is(checked.code, 0, checked.out);
    await assertSound(t, scene());
    const again = await cni('ADD', pod, asked);
    t.like(refusalOf(again), { code: 7 });
    t.true(await reaches(pod, '10.244.0.1'));
    await del(pod, asked);
    await isClear();
    await del(pod, asked);
  },
);

test.serial(
  'pods that ask at the same time each get their own answers, also when these are broadcast',
  async (t) => {
    const { node, makePods, add, del } = scene();
    await startDnsmasq(t, node, range, '--dhcp-broadcast');
    const asked = await startDhcpDaemon(t, '-broadcast');
    const pods = await makePods(4);
    const given = (await Promise.all(pods.map((pod) => add(pod, asked)))).flat();
    t.is(new Set(given).size, 4, given.join());
    for (const pod of pods) t.true(await reaches(pod, '10.244.0.1'));
    await assertSound(t, scene());
    await Promise.all(pods.map((pod) => del(pod, asked)));
    await isClear();
  },
);

test.serial('what the server gives outside of the lease is refused and given back to it', async (t) => {
  const { node, makePod, cni } = scene();
  await node.netns.exec('ip', 'address', 'add', '192.168.9.1/24', 'dev', 'evio0');
  t.teardown(() => node.netns.exec('ip', 'address', 'delete', '192.168.9.1/24', 'dev', 'evio0'));
  const served = await startDnsmasq(t, node, '--dhcp-range=192.168.9.100,192.168.9.110,255.255.255.0,2m');
  const asked = await startDhcpDaemon(t);
  const pod = await makePod();
  const refused = refusalOf(await cni('ADD', pod, asked));
  t.is(refused.code, 7);
  t.regex(refused.msg, /"dhcp" gave 192\.168\.9\.1\d\d, which is outside/);
  await eventually('the server has it back', async () =>
    served().includes('DHCPRELEASE(') ? true : undefined,
  );
  await isClear();
  t.deepEqual(await heldHere(scene(), pod), []);
});

const unanswered = async (t: ExecutionContext) => startDhcpDaemon(t, '-timeout', '1s', '-resendmax', '1s');

test.serial('without a server ADD fails in the words of dhcp, and nothing is left', async (t) => {
  const { makePod, cni, log } = scene();
  const asked = await unanswered(t);
  const before = (await log()).length;
  const pod = await makePod();
  const refused = refusalOf(await cni('ADD', pod, asked));
  t.regex(`${refused.msg} ${refused.details}`, /"dhcp" says so/);
  await isClear();
  t.is((await log()).length, before);
  await t.throwsAsync(interfaceOf(pod), undefined, 'the interface is gone');
});

test.serial('without the daemon it fails at once, and nothing is left', async (t) => {
  const { makePod, cni } = scene();
  const pod = await makePod();
  const asked = { path: '/usr/lib/cni', config: { ipam: { type: 'dhcp', daemonSocketPath: '/nowhere' } } };
  const refused = refusalOf(await cni('ADD', pod, asked));
  t.regex(`${refused.msg} ${refused.details}`, /nowhere/);
  await isClear();
});

test.serial('a plugin that is killed while dhcp waits leaves what the DEL behind it removes', async (t) => {
  const { node, makePod, del } = scene();
  const asked = await unanswered(t);
  const pod = await makePod();
  const running = node.startCni('ADD', { ...asked, containerId: pod.name, netns: pod.path });
  await eventually('dhcp waits', async () => ((await running.hasChild()) ? true : undefined));
  t.is((await ourFlows(scene())).length, 4);
  running.signal('SIGKILL');
  await running.ended;
  t.is((await onNode(scene())).links.length, 1);
  await del(pod, asked);
  await isClear();
});

test.serial('a DEL that comes while dhcp waits ends the ADD', async (t) => {
  const { node, makePod, del } = scene();
  const asked = await unanswered(t);
  const pod = await makePod();
  const running = node.startCni('ADD', { ...asked, containerId: pod.name, netns: pod.path });
  await eventually('dhcp waits', async () => ((await running.hasChild()) ? true : undefined));
  t.is((await ourFlows(scene())).length, 4);
  await del(pod, asked);
  t.is((await running.ended).exitCode, 1);
  await isClear();
});
