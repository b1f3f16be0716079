import test from 'ava';
import { type Ended, eventually } from '../../support/node.ts';
import { join, makeBareScene, makeScene, refusalOf, type Scene, usual } from '../../support/scene.ts';
import { byStatic } from './delegated-scene.ts';

const status = ({ node }: Scene): Promise<Ended> => node.cni('STATUS', { cniVersion: '1.1.0' });

const isGood = (scene: Scene): Promise<true> =>
  eventually('STATUS is good', async () => ((await status(scene)).code === 0 ? true : undefined));

test.serial(
  'STATUS says that there is no agent, then no subnet, then nothing but what its configuration forbids',
  async (t) => {
    const scene = await makeBareScene(t);
    const absent = await status(scene);
    t.is(absent.code, 1);
    t.is(refusalOf(absent).code, 50);

    await scene.node.startAgent();
    const early = await status(scene);
    t.is(early.code, 1);
    t.like(refusalOf(early), { code: 50, msg: 'this node has no subnet yet' });

    await join(scene);
    t.deepEqual(await status(scene), { code: 0, out: '', err: '' });

    const of = (config: Readonly<Record<string, unknown>>) =>
      scene.node.cni('STATUS', { cniVersion: '1.1.0', config });
    t.is((await of({ bridge: 'evio0', mtu: 1400 })).code, 0);
    t.like(refusalOf(await of({ bridge: 'br9', mtu: 9000 })), {
      code: 50,
      msg: [
        'bridge "br9" is not the one that evio-agent owns: write "bridge": "evio0", or start the agent with --bridge br9',
        'mtu "9000" is outside of 68 … 1410: the bridge carries 1410; start the agent with a larger --mtu if the underlay allows it',
      ].join('; '),
    });
  },
);

test.serial('STATUS says that the switch is away, and is good again soon after it is back', async (t) => {
  const scene = await makeScene(t);
  const { ovs } = scene.node;
  await ovs.killDatabase();
  const away = await eventually('STATUS says so', async () => {
    const ended = await status(scene);
    const refusal = ended.code === 1 ? refusalOf(ended) : undefined;
    // That a slow machine's flows are written late may be seen first.
    return refusal?.msg.includes('Open vSwitch') ? refusal : undefined;
  });
  t.is(away.code, 51, 'pods that exist may be cut off as well');
  await ovs.startDatabase();
  await isGood(scene);
  t.true(await status(scene).then(({ code }) => code === 0));
});

test.serial('STATUS says that the bridge is gone where it cannot be made anew', async (t) => {
  const scene = await makeScene(t);
  const { ovs } = scene.node;
  await ovs.killSwitchd();
  await ovs.vsctl('--no-wait', 'del-br', 'evio0');
  const gone = await eventually('STATUS says so', async () => {
    const ended = await status(scene);
    const refusal = ended.code === 1 ? refusalOf(ended) : undefined;
    // That ovs-vswitchd is away may be seen first.
    return refusal?.msg.startsWith('the bridge "evio0"') ? refusal : undefined;
  });
  t.is(gone.code, 51, 'pods that exist are cut off as well');
  t.regex(gone.msg, /could not be made: ovs-vswitchd has not applied it within \d+ ms: is it running\?$/);
  await ovs.startSwitchd();
  await isGood(scene);
});

test.serial('STATUS says that the log has used up its budget, and what helps', async (t) => {
  const scene = await makeScene(t);
  await scene.node.stopAgent();
  await scene.node.startAgent('--disk-budget', '1MiB');
  const full = refusalOf(await status(scene));
  t.is(full.code, 50, 'pods that exist are well');
  t.regex(full.msg, /^disk budget: .* of 1 MiB budget; evioctl archive --out DIR --drop/);
  await scene.node.stopAgent();
  await scene.node.startAgent('--disk-budget', '1GiB');
  t.is((await status(scene)).code, 0);
});

test.serial(
  "STATUS names another firewall's chain that keeps pods from leaving the host, while ADD goes on",
  async (t) => {
    const scene = await makeScene(t);
    const { node, ask, add, makePod } = scene;
    const rules = 'table ip filter { chain FORWARD { type filter hook forward priority 0; policy drop; }; }';
    await node.netns.exec('nft', rules);
    await ask('POST', '/v1/settle', {});
    const cut = await status(scene);
    t.is(cut.code, 1);
    const { code, msg } = refusalOf(cut);
    t.is(code, 51);
    t.is(
      msg,
      'the firewall chain FORWARD (table ip filter) drops what pods send beyond this host: accept what comes from and goes to "evio0" there',
    );
    t.false((await node.status()).ready);
    t.true((await node.agentLog()).includes('pods cannot reach beyond this host'));
    await add(await makePod());

    for (const end of ['iifname', 'oifname'])
      await node.netns.exec('nft', 'add', 'rule', 'ip', 'filter', 'FORWARD', end, 'evio0', 'accept');
    await ask('POST', '/v1/settle', {});
    t.deepEqual(await status(scene), { code: 0, out: '', err: '' });
  },
);

test.serial(
  'STATUS of a network whose addresses a delegate gives says that the cluster is not ready for it, and what helps',
  async (t) => {
    const scene = await makeScene(t, { ...usual, minReader: 3 });
    const { node, makePod, cni, add, ask } = scene;
    const delegating = byStatic('10.244.0.77/24');
    const asked = () => node.cni('STATUS', { ...delegating, cniVersion: '1.1.0' });
    const refused = refusalOf(await asked());
    t.is(refused.code, 50);
    t.regex(refused.msg, /minReader "3" of the cluster .*: upgrade every node, .* --min-reader 4$/);
    const pod = await makePod();
    t.regex(refusalOf(await cni('ADD', pod, delegating)).msg, /minReader "3" of the cluster/);
    t.is((await status(scene)).code, 0, 'the node has addresses to give');
    await add(pod);

    await ask('POST', '/v1/configure', { ...usual, minReader: 4 });
    await eventually('it is learnt', async () => ((await asked()).code === 0 ? true : undefined));
    const served = await cni('ADD', await makePod(), delegating);
    t.is(served.code, 0, served.out);
  },
);
