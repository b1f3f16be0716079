import test, { type ExecutionContext } from 'ava';
import { linesOf } from '../../support/agent-lines.ts';
import { routerAdvertisement } from '../../support/frames.ts';
import { makeNetns, type Netns } from '../../support/netns.ts';
import { eventually } from '../../support/node.ts';
import { join, makeBareScene, type Scene } from '../../support/scene.ts';
import { sendFrames } from '../../support/sniff.ts';

const dual = {
  podCidr: ['10.244.0.0/16', 'fd00:244::/48'],
  nodeBits: [8, 16],
  hostCidr: '10.10.0.0/16',
};

const router = 'fe80::1';

/** A node with interfaces to a router each; these agents sweep once an hour. */
const begin = async (t: ExecutionContext) => {
  const scene = await makeBareScene(t);
  const { netns } = scene.node;
  const routers = new Map<string, Netns>();
  const plug = async (name: string): Promise<void> => {
    const beyond = await makeNetns('router');
    t.teardown(beyond.remove);
    const peer = ['peer', 'name', 'eth0', 'netns', beyond.name];
    await netns.exec('ip', 'link', 'add', name, 'type', 'veth', ...peer);
    await beyond.exec('ip', 'link', 'set', 'eth0', 'up');
    await netns.exec('ip', 'link', 'set', name, 'up');
    routers.set(name, beyond);
  };
  const setting = (of: string): string => `/proc/sys/net/ipv6/conf/${of}`;
  const read = async (of: string): Promise<string> => (await netns.exec('cat', setting(of))).trim();
  const write = (of: string, value: string) => netns.exec('sh', '-c', `echo ${value} > ${setting(of)}`);
  const route = ['default', 'via', router];
  const hasRoute = async (name: string): Promise<boolean> =>
    (await netns.exec('ip', '-6', 'route', 'show', ...route, 'dev', name)).includes('proto ra');
  const advertise = async (name: string): Promise<void> => {
    const beyond = routers.get(name);
    if (beyond === undefined) throw new Error(`nobody is behind ${name}`);
    await sendFrames(beyond, [routerAdvertisement('02:00:00:00:00:01', router)]);
  };
  /** A default route by an advertisement of now. */
  const learns = async (name: string): Promise<void> => {
    if (await hasRoute(name)) await netns.exec('ip', '-6', 'route', 'del', ...route, 'dev', name);
    await eventually(`${name} listens`, async () => {
      await advertise(name);
      return (await hasRoute(name)) ? true : undefined;
    });
  };
  return { scene, plug, read, write, hasRoute, advertise, learns };
};

type Drift = { readonly drift: ReadonlyArray<{ readonly part: string; readonly name: string }> };

const driftOf = async ({ ask }: Scene): Promise<ReadonlyArray<string>> =>
  (await ask<Drift>('GET', '/v1/drift')).drift.map(({ part, name }) => `${part} ${name}`);

test.serial(
  'uplinks go on listening to routers: those there are, that come later, that somebody set back',
  async (t) => {
    const { scene, plug, read, write, hasRoute, advertise, learns } = await begin(t);
    for (const name of ['uplink', 'quiet']) await plug(name);
    await write('quiet/accept_ra', '0');
    await learns('uplink');
    await scene.node.startAgent('--sweep', '3600');
    await join(scene, dual);
    t.is(await read('all/forwarding'), '1');
    t.is(await read('uplink/accept_ra'), '2');
    t.true(await hasRoute('uplink'));
    await learns('uplink');

    await plug('modem');
    await learns('modem');
    t.deepEqual(await driftOf(scene), []);

    const uplinks = ['modem', 'uplink'];
    for (const name of uplinks) await write(`${name}/accept_ra`, '1');
    await scene.node.netns.exec('ip', '-6', 'route', 'flush', 'proto', 'ra');
    await advertise('uplink');
    t.false(await hasRoute('uplink'), 'a forwarding host listens, whatever we do');
    t.deepEqual(
      await driftOf(scene),
      uplinks.map((name) => `setting ipv6/conf/${name}/accept_ra`),
    );
    await scene.ask('POST', '/v1/reconcile', { dryRun: false });
    for (const name of uplinks) await learns(name);
    t.deepEqual(await driftOf(scene), []);

    const said = (await linesOf(scene.node)).filter(({ message }) => message === 'kernel setting changed');
    const ofRouters = said.flatMap(({ setting, from, to }) =>
      /\/(?!ovs-)[^/]+\/accept_ra$/.test(String(setting)) ? [`${setting}: ${from} to ${to}`] : [],
    );
    const before = ['ipv6/conf/default/accept_ra: 1 to 2', 'ipv6/conf/uplink/accept_ra: 1 to 2'];
    t.deepEqual(ofRouters, [
      // Before it comes up.
      'ipv6/conf/evio0/accept_ra: 1 to 0',
      ...before,
      ...uplinks.map((name) => `ipv6/conf/${name}/accept_ra: 1 to 2`),
    ]);
    t.is(await read('quiet/accept_ra'), '0');
    t.is(await read('evio0/accept_ra'), '0');
  },
);

test.serial('where forwarding was on before us, uplinks and what comes later stay as they are', async (t) => {
  const { scene, plug, read, write } = await begin(t);
  await plug('uplink');
  await write('all/forwarding', '1');
  await scene.node.startAgent('--sweep', '3600');
  await join(scene, dual);
  await plug('modem');
  for (const name of ['default', 'uplink', 'modem']) t.is(await read(`${name}/accept_ra`), '1', name);
  t.deepEqual(await driftOf(scene), []);
});
