import test from 'ava';
import { eventually } from '../../support/node.ts';
import { scrape } from '../../support/samples.ts';
import {
  assertSound,
  eventuallyReaches,
  holdUp,
  isReady,
  join,
  makeScene,
  reaches,
  refusalOf,
  resultOf,
  type Scene,
} from '../../support/scene.ts';
import { drifted, dual, inVlan, isGone, threePods, vlanLinks, works } from './vlan-scene.ts';

test.serial('the result names the gateway; CHECK sees what a VLAN needs, and it is put back', async (t) => {
  const scene = await makeScene(t, dual);
  const { node, cni, makePod } = scene;
  const pod = await makePod();
  const result = resultOf(await cni('ADD', pod, inVlan(100)));
  t.deepEqual(result.interfaces[3], { name: 'evio0.100' });
  t.like(result.ips[0], { gateway: '10.244.0.1', interface: 2 });
  const check = async () => {
    const checked = await cni('CHECK', pod, inVlan(100, { prevResult: result }));
    return checked.code === 0 ? '' : refusalOf(checked).msg;
  };
  t.is(await check(), '');
  await node.stopAgent();
  const address = result.ips[0]?.address ?? '';
  await node.netns.exec('ip', 'route', 'del', address, 'dev', 'evio0.100');
  await node.startAgent();
  await isReady(node);
  t.is(await check(), '');
  for (const damage of [
    ['ip', 'route', 'del', address, 'dev', 'evio0.100'],
    ['ip', 'address', 'flush', 'dev', 'evio0.100'],
    ['ip', 'link', 'set', 'evio0.100', 'down'],
    ['ip', 'link', 'delete', 'evio0.100'],
    ['sysctl', '-qw', 'net/ipv4/conf/evio0.100/rp_filter=1'],
  ] as const) {
    const [tool, ...args] = damage;
    await node.netns.exec(tool, ...args);
    await eventually(`it is put back after ${damage.join(' ')}`, async () =>
      (await check()) === '' && (await reaches(pod, '10.244.0.1')) && (await drifted(scene)) === 0
        ? true
        : undefined,
    );
  }
  // As somebody who takes the port for his own does.
  await node.ovs.vsctl('del-port', 'evio0', 'evio0.100');
  await eventuallyReaches(pod, '10.244.0.1');
  await node.ovs.vsctl('set', 'port', 'evio0.100', 'tag=7');
  await eventually('its tag is put back', async () =>
    (await node.ovs.vsctl('--if-exists', 'get', 'port', 'evio0.100', 'tag')).trim() === '100'
      ? true
      : undefined,
  );
  await eventuallyReaches(pod, '10.244.0.1');
});

test.serial(
  'they work again after the bridge was deleted, after Open vSwitch and the agent were restarted',
  async (t) => {
    const { scene, ...all } = await threePods(t, '--sweep', '3600');
    const { node } = scene;
    await works(all);
    await node.ovs.vsctl('del-br', 'evio0');
    await works(all);
    await node.ovs.restart();
    await works(all);
    await node.ovs.killSwitchd();
    await node.ovs.startSwitchd();
    await works(all);
    await node.stopAgent();
    await node.ovs.vsctl('del-port', 'evio0', 'evio0.100');
    await node.startAgent();
    await isReady(node);
    await works(all);
    await eventually('nothing differs', async () => ((await drifted(scene)) === 0 ? true : undefined));
    t.pass();
  },
);

test.serial('a flow that somebody changes in its place is put right when it is told of', async (t) => {
  const { scene, ...all } = await threePods(t, '--sweep', '3600');
  const { ovs, agentLog } = scene.node;
  const flows = async (): Promise<string> =>
    (await ovs.ofctl('evio0', 'dump-flows', '--no-stats')).split('\n').sort().join('\n');
  const repairs = async (): Promise<number> => (await agentLog()).split('flows were set right').length;
  const [before, already] = [await flows(), await repairs()];
  const gateway = (await ovs.vsctl('get', 'interface', 'evio0.100', 'ofport')).trim();
  const mac = (await scene.pods()).find(({ vlan }) => vlan === 100)?.mac;
  const toIt = `priority=65000,in_port=${gateway},dl_dst=${mac}`;
  await ovs.ofctl('evio0', 'mod-flows', '--strict', `${toIt},actions=drop`);
  await eventually('it is put right', async () => ((await repairs()) > already ? true : undefined));
  t.is(await flows(), before);
  await works(all);
});

const statusOf = ({ node }: Scene, config: Readonly<Record<string, unknown>> = {}) =>
  node.cni('STATUS', { cniVersion: '1.1.0', config });

test.serial(
  "STATUS of a VLAN's network says that its gateway could not be made, and no other does",
  async (t) => {
    const { scene, ...all } = await threePods(t, '--sweep', '3600');
    const { node, ask } = scene;
    await node.stopAgent();
    await node.ovs.vsctl('del-port', 'evio0', 'evio0.100');
    await node.netns.exec('ip', 'link', 'add', 'evio0.100', 'type', 'veth', 'peer', 'theirs');
    await node.startAgent();
    await isReady(node);
    const { code, msg } = refusalOf(await statusOf(scene, { vlan: 100 }));
    t.is(code, 51);
    t.regex(msg, /^VLAN 100 has no gateway "evio0\.100": ./);
    for (const config of [{}, { vlan: 200 }, { vlan: 300 }]) t.is((await statusOf(scene, config)).code, 0);
    t.is((await scrape(node))['evio_drift{kind="vlan"}'], 1);
    await eventuallyReaches(all.plain.pod, '10.244.0.1');
    t.false(await reaches(all.one.pod, '10.244.0.1'));

    await node.netns.exec('ip', 'link', 'delete', 'evio0.100');
    await ask('POST', '/v1/settle', {});
    t.deepEqual(await statusOf(scene, { vlan: 100 }), { code: 0, out: '', err: '' });
    t.is((await scrape(node))['evio_drift{kind="vlan"}'], 0);
    await works(all);
  },
);

test.serial("STATUS of a VLAN's network names the chain that drops what its pods alone send", async (t) => {
  const { scene, one } = await threePods(t, '--sweep', '3600');
  const { node, ask, del } = scene;
  const rules = ['evio0', 'evio0.200'].map((name) => `iifname ${name} accept; oifname ${name} accept;`);
  const hook = 'type filter hook forward priority 0; policy drop;';
  await node.netns.exec('nft', `table ip filter { chain FORWARD { ${hook} ${rules.join(' ')} }; }`);
  await ask('POST', '/v1/settle', {});
  const { code, msg } = refusalOf(await statusOf(scene, { vlan: 100 }));
  t.is(code, 51);
  t.is(
    msg,
    'the firewall chain FORWARD (table ip filter) drops what pods send beyond this host: accept what comes from and goes to "evio0.100" there',
  );
  for (const config of [{}, { vlan: 200 }]) t.is((await statusOf(scene, config)).code, 0);
  // Nobody is in it any more: the next ADD finds out anew.
  await del(one.pod, inVlan(100));
  t.is((await statusOf(scene, { vlan: 100 })).code, 0);
});

test.serial('without a log they are adopted with their VLAN, and their DEL takes all', async (t) => {
  const { scene, ...all } = await threePods(t);
  const { node, ask, pods, cni } = scene;
  await node.stopAgent();
  await node.startAgent('--state-dir', `${node.dir}/fresh`);
  await join(scene, dual);
  t.deepEqual((await pods()).map(({ vlan }) => vlan).toSorted(), [100, 200, undefined]);
  await works(all);
  t.is((await ask<{ readonly drift: ReadonlyArray<unknown> }>('GET', '/v1/drift')).drift.length, 0);
  for (const { pod } of [all.one, all.other, all.plain]) t.is((await cni('DEL', pod)).code, 0);
  await isGone(scene);
  await assertSound(t, scene);
});

test.serial(
  'what ended while the agent was down, was collected, or was never answered leaves no VLAN behind',
  async (t) => {
    const { scene, one, other } = await threePods(t, '--sweep', '3600');
    const { node, cni, pods } = scene;
    await node.stopAgent('SIGKILL');
    t.is((await cni('DEL', one.pod, inVlan(100))).code, 0);
    await node.startAgent();
    await isReady(node);
    await eventually('its VLAN is gone', async () =>
      (await vlanLinks(scene)).join() === 'evio0.200' ? true : undefined,
    );
    const valid = (await pods()).filter(({ containerId }) => containerId !== other.pod.name);
    const collected = await node.cni('GC', {
      cniVersion: '1.1.0',
      config: {
        'cni.dev/valid-attachments': valid.map(({ containerId }) => ({
          containerID: containerId,
          ifname: 'eth0',
        })),
      },
    });
    t.is(collected.code, 0, collected.out);
    await isGone(scene);

    // Its port is never attached: the ADD is given up, and undone.
    const goOn = holdUp(t, await node.ovs.switchdPid());
    const pod = await scene.makePod();
    const adding = cni('ADD', pod, inVlan(300));
    await eventually('it is reserved', async () =>
      (await pods()).some(({ vlan }) => vlan === 300) ? true : undefined,
    );
    await node.stopAgent('SIGKILL');
    goOn();
    await node.startAgent();
    await isReady(node);
    const asked = await adding;
    if (asked.code === 0) t.is((await cni('DEL', pod, inVlan(300))).code, 0);
    await isGone(scene);
    await assertSound(t, scene);
  },
);
