import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { conflist } from '../../../domain/cni/conflist.ts';
import { eventually } from '../../support/node.ts';
import { scrape } from '../../support/samples.ts';
import { eventuallyReaches, isReady, makeScene, type Scene } from '../../support/scene.ts';

/*
 * These agents sweep once an hour: what is put back here was heard of.
 */
const seldom = ['--sweep', '3600'];

const dual = {
  podCidr: ['10.244.0.0/16', 'fd00:244::/48'],
  nodeBits: [8, 16],
  hostCidr: '10.10.0.0/16',
};

const onePod = async (t: Parameters<typeof makeScene>[0]) => {
  const scene = await makeScene(t, dual, ...seldom);
  const pod = await scene.makePod();
  await scene.add(pod);
  await eventuallyReaches(pod, '10.244.0.1');
  const [link = ''] = await scene.links();
  const works = async (): Promise<void> => {
    await eventuallyReaches(pod, '10.244.0.1');
    await eventuallyReaches(pod, 'fd00:244::1');
  };
  const ip = (...args: ReadonlyArray<string>) => scene.node.netns.exec('ip', ...args);
  const shows = (what: RegExp, ...args: ReadonlyArray<string>): Promise<true> =>
    eventually(`ip ${args.join(' ')} shows ${what}`, async () =>
      what.test(await ip(...args)) ? true : undefined,
    );
  return { scene, pod, link, works, ip, shows };
};

test.serial(
  'what somebody takes from the gateway or a pod’s link is put back when it is heard of',
  async (t) => {
    const { scene, link, works, ip, shows } = await onePod(t);
    await ip('link', 'set', 'evio0', 'down');
    await shows(/[<,]UP[,>]/, 'link', 'show', 'evio0');
    await works();

    await ip('address', 'del', '10.244.0.1/24', 'dev', 'evio0');
    await shows(/10\.244\.0\.1\/24/, 'address', 'show', 'evio0');
    await ip('address', 'del', 'fd00:244::1/64', 'dev', 'evio0');
    await shows(/fd00:244::1\/64/, 'address', 'show', 'evio0');
    await works();

    await ip('route', 'del', '10.244.0.0/24', 'dev', 'evio0');
    await shows(/10\.244\.0\.0\/24 dev evio0 proto kernel scope link src 10\.244\.0\.1/, 'route');
    await ip('-6', 'route', 'del', 'fd00:244::/64', 'dev', 'evio0');
    await shows(/fd00:244::\/64 dev evio0 proto kernel metric 256/, '-6', 'route');
    await works();

    await ip('link', 'set', link, 'down');
    await shows(/[<,]UP[,>]/, 'link', 'show', link);
    await works();
    t.true((await scene.node.agentLog()).includes('links of pods were brought up again'));
  },
);

test.serial('settings that pods need are put back when the kernel tells of them', async (t) => {
  const { scene, works } = await onePod(t);
  const sysctl = async (...args: ReadonlyArray<string>): Promise<string> =>
    (await scene.node.netns.exec('sysctl', ...args)).trim();
  for (const [setting, wrong, needed] of [
    ['net.ipv4.ip_forward', '0', '1'],
    ['net.ipv6.conf.all.forwarding', '0', '1'],
    ['net.ipv4.conf.evio0.rp_filter', '1', '2'],
  ] as const) {
    t.is(await sysctl('-n', setting), needed);
    await sysctl('-w', `${setting}=${wrong}`);
    await eventually(`${setting} is ${needed} again`, async () =>
      (await sysctl('-n', setting)) === needed ? true : undefined,
    );
  }
  await works();
});

const tables = async ({ node }: Scene): Promise<string> => node.netns.exec('/usr/sbin/nft', 'list', 'tables');

test.serial(
  'our rules are put back when somebody removes them, and others’ tables are not looked at',
  async (t) => {
    const { scene } = await onePod(t);
    const nft = (...args: ReadonlyArray<string>) => scene.node.netns.exec('/usr/sbin/nft', ...args);
    await nft('flush', 'ruleset');
    await eventually('the table is back', async () =>
      (await tables(scene)).includes('evio_ledger') ? true : undefined,
    );
    await nft('flush', 'chain', 'inet', 'evio_ledger', 'postrouting');
    await eventually('its rule is back', async () =>
      (await nft('list', 'table', 'inet', 'evio_ledger')).includes('masquerade') ? true : undefined,
    );
    await isReady(scene.node);
    t.pass();
  },
);

test.serial(
  'flows of a pod that somebody removes, or adds to, are put right when it is heard of',
  async (t) => {
    const { scene, works, link } = await onePod(t);
    const { ofctl } = scene.node.ovs;
    const cookie = `cookie=0xe7106${link.slice(4)}`;
    const flows = async (): Promise<ReadonlyArray<string>> =>
      (await ofctl('evio0', 'dump-flows', '--no-stats', `${cookie}/-1`)).split('\n').sort();
    const before = await flows();
    const repairs = async (): Promise<number> =>
      (await scene.node.agentLog()).split('flows were set right').length;
    const changes: ReadonlyArray<ReadonlyArray<string>> = [
      ['del-flows', '--strict', 'priority=65000,in_port=LOCAL,dl_dst=0a:58:0a:f4:00:02'],
      ['add-flow', `${cookie},priority=65400,ip,nw_dst=10.244.0.1,actions=drop`],
      ['mod-flows', '--strict', 'priority=65000,in_port=LOCAL,dl_dst=0a:58:0a:f4:00:02,actions=drop'],
      ['add-flow', 'cookie=0x17,priority=65000,in_port=LOCAL,dl_dst=0a:58:0a:f4:00:02,actions=drop'],
    ];
    for (const [verb = '', ...args] of changes) {
      const already = await repairs();
      await ofctl('evio0', verb, ...args);
      await eventually(`${verb} is put right`, async () => ((await repairs()) > already ? true : undefined));
      t.deepEqual(await flows(), before);
      await works();
    }
  },
);

const putRightMs = 3_000;

test.serial(
  'flows of a pod are put right soon and counted, also while ADDs and DELs of others never cease',
  async (t) => {
    const { scene, works, link } = await onePod(t);
    const { ofctl } = scene.node.ovs;
    const cookie = `cookie=0xe7106${link.slice(4)}`;
    const flows = async (): Promise<string> =>
      (await ofctl('evio0', 'dump-flows', '--no-stats', `${cookie}/-1`)).split('\n').sort().join('\n');
    const counted = async (): Promise<number> =>
      (await scrape(scene.node))['evio_repairs_total{what="flow"}'] ?? 0;
    const before = await flows();
    const toIt = 'priority=65000,in_port=LOCAL,dl_dst=0a:58:0a:f4:00:02';
    const changes: Readonly<Record<string, ReadonlyArray<ReadonlyArray<string>>>> = {
      'changed in its place': [['mod-flows', '--strict', `${toIt},actions=drop`]],
      'removed, and another one added': [
        ['del-flows', '--strict', toIt],
        ['add-flow', `${cookie},${toIt},actions=drop`],
      ],
      'all removed': [['del-flows', `${cookie}/-1`]],
      'its place taken by somebody else’s': [['add-flow', `cookie=0x17,${toIt},actions=drop`]],
    };
    let going = true;
    let rounds = 0;
    const lane = async (): Promise<void> => {
      const pod = await scene.makePod();
      for (; going; rounds += 1) {
        await scene.add(pod);
        await scene.del(pod);
      }
    };
    const lanes = [lane(), lane(), lane()];
    try {
      for (const [what, commands] of Object.entries(changes)) {
        const [repairs, gone] = [await counted(), rounds];
        for (const [verb = '', ...args] of commands) await ofctl('evio0', verb, ...args);
        const told = performance.now();
        await eventually(`${what}: put right`, async () => ((await flows()) === before ? true : undefined));
        t.true(performance.now() - told < putRightMs, what);
        t.true((await counted()) > repairs, what);
        await eventually('others go on', async () => (rounds > gone ? true : undefined));
      }
    } finally {
      going = false;
      await Promise.all(lanes);
    }
    await works();
  },
);

test.serial('a pod’s link that is gone is said in the log and in the status', async (t) => {
  const { scene, link } = await onePod(t);
  await scene.node.netns.exec('ip', 'link', 'delete', link);
  await eventually('it is noticed', async () =>
    (await scene.node.status()).linkless === 1 ? true : undefined,
  );
  // The switch's word of it may come before the kernel's.
  const said = new RegExp(`"${link}".*links of pods are gone`);
  await eventually('it is said', async () => said.test(await scene.node.agentLog()) || undefined);
  t.pass();
});

test.serial('a CNI configuration that somebody removes or changes is published again', async (t) => {
  const { node, ask } = await makeScene(t, dual, ...seldom);
  const text = conflist({
    ...{ network: 'evio', bridge: 'evio0', mtu: 1410, agentSocket: node.socket, queue: node.queue },
    portmap: false,
  });
  const isPublished = () =>
    eventually('it is published', async () =>
      (await readFile(node.conflist, 'utf8').catch(() => undefined)) === text ? true : undefined,
    );
  await writeFile(join(node.dir, 'state', '10-evio.conflist'), text);
  await ask('POST', '/v1/settle', {});
  await isPublished();
  await rm(node.conflist);
  await isPublished();
  await writeFile(node.conflist, '{}');
  await isPublished();
  t.pass();
});

test.serial('an agent that is told to end ends, though it waits to hear of changes', async (t) => {
  const { scene } = await onePod(t);
  t.is(await scene.node.stopAgent(), 0);
});
