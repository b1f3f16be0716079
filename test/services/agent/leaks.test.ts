import { spawn } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import test from 'ava';
import { linesOf } from '../../support/agent-lines.ts';
import type { Netns } from '../../support/netns.ts';
import { eventually } from '../../support/node.ts';
import { run } from '../../support/run.ts';
import { scrape } from '../../support/samples.ts';
import { assertSound, isReady, makeScene, type Scene, usual } from '../../support/scene.ts';
import { heldHere, heldThere, hostLocal } from './delegated-scene.ts';
import { inVlan, isGone, vlanLinks } from './vlan-scene.ts';

/** Often, so that a test need not wait for minutes. */
const sweeping = ['--sweep', '1'] as const;

const scenePods = async (t: Parameters<typeof makeScene>[0], count: number) => {
  const scene = await makeScene(t, undefined, ...sweeping);
  const pods = await scene.makePods(count);
  for (const pod of pods) await scene.add(pod);
  return { scene, pods };
};

const deletions = async ({ log }: Scene) =>
  (await log())
    .filter(({ type }) => type === 'PodDeleted')
    .map(({ payload }) => payload as { readonly containerId: string; readonly reason: string })
    .map(({ containerId, reason }) => [containerId, reason]);

/** The line comes a moment behind the event. */
const releaseTold = ({ node }: Scene) =>
  eventually('it is told', async () =>
    (await linesOf(node)).find(({ message }) => message.includes('its addresses were released')),
  );

const sweeps = async (count: number): Promise<void> => sleep(count * 1000 + 500);

test.serial('a pod whose namespace ended without DEL is released, and no other', async (t) => {
  const { scene, pods } = await scenePods(t, 3);
  const [ended, renamed, kept] = pods;
  if (ended === undefined || renamed === undefined || kept === undefined) return t.fail();
  await ended.remove();
  // The path is there, and another namespace behind it: made before, lest it get the number of the one that goes.
  const other = await scene.makePod();
  await renamed.remove();
  await run('touch', renamed.path);
  await run('mount', '--bind', other.path, renamed.path);
  await eventually('both are released', async () =>
    (await deletions(scene)).length === 2 ? true : undefined,
  );
  t.deepEqual(
    [...(await deletions(scene))].sort(),
    [
      [ended.name, 'leaked'],
      [renamed.name, 'leaked'],
    ].sort(),
  );
  await eventually('both are counted', async () =>
    (await scrape(scene.node))['evio_repairs_total{what="leak-released"}'] === 2 ? true : undefined,
  );
  await sweeps(2);
  t.deepEqual(
    (await scene.pods()).map(({ containerId }) => containerId),
    [kept.name],
  );
  await scene.del(ended);
  await assertSound(t, scene);
});

test.serial(
  'when all pods ended without DEL, that is counted, and the next pod has them released',
  async (t) => {
    const { scene, pods } = await scenePods(t, 2);
    for (const pod of pods) await pod.remove();
    await eventually('they are counted', async () =>
      (await scrape(scene.node))['evio_drift{kind="linkless"}'] === 2 ? true : undefined,
    );
    // An agent that sees none of its pods' namespaces is not told apart from one from which they are hidden.
    await sweeps(3);
    t.deepEqual(await deletions(scene), []);
    const next = await scene.makePod();
    await scene.add(next);
    await eventually('both are released', async () =>
      (await deletions(scene)).length === 2 ? true : undefined,
    );
    t.deepEqual(
      (await scene.pods()).map(({ containerId }) => containerId),
      [next.name],
    );
    await assertSound(t, scene);
  },
);

test.serial('of the last pod of a VLAN that ended without DEL its gateway goes too', async (t) => {
  const { scene } = await scenePods(t, 1);
  const ended = await scene.makePod();
  await scene.add(ended, inVlan(100));
  t.deepEqual(await vlanLinks(scene), ['evio0.100']);
  await ended.remove();
  await eventually('it is released', async () => ((await deletions(scene)).length === 1 ? true : undefined));
  await isGone(scene);
  t.deepEqual(await deletions(scene), [[ended.name, 'leaked']]);
  await assertSound(t, scene);
});

test.serial('neither a path that is gone nor a link that is gone is enough', async (t) => {
  const { scene, pods } = await scenePods(t, 3);
  const [pathless, linkless, kept] = pods;
  if (pathless === undefined || linkless === undefined || kept === undefined) return t.fail();
  // Its process holds the namespace, and with it the link.
  const holder = spawn('ip', ['netns', 'exec', pathless.name, 'sleep', '600'], { stdio: 'ignore' });
  t.teardown(() => holder.kill());
  await eventually('it runs', async () =>
    (await run('ip', 'netns', 'pids', pathless.name)).trim() === '' ? undefined : true,
  );
  await pathless.remove();
  await linkless.exec('ip', 'link', 'delete', 'eth0');
  await sweeps(4);
  t.deepEqual(await deletions(scene), []);
  t.is((await scene.pods()).length, 3);
  t.is((await scene.node.status()).linkless, 1);
});

const cniStatus = (scene: Scene, pod: Netns) => scene.cni('STATUS', pod, { cniVersion: '1.1.0' });

test.serial('an agent that sees no namespace releases nothing, and STATUS says so with 51', async (t) => {
  const { scene, pods } = await scenePods(t, 2);
  const [ended, kept] = pods;
  if (ended === undefined || kept === undefined) return t.fail();
  await scene.node.stopAgent();
  scene.node.hideNetns(true);
  await scene.node.startAgent(...sweeping);
  const refused = await eventually('STATUS says so', async () => {
    const ended = await cniStatus(scene, kept);
    return ended.code === 0 ? undefined : ended;
  });
  const { code, msg, details } = JSON.parse(refused.out) as { code: number; msg: string; details: string };
  t.is(code, 51);
  t.regex(
    `${msg} ${details}`,
    /sees none of its pods' network namespaces \(\/run\/netns\/.*mount propagation/,
  );
  await ended.remove();
  await sweeps(4);
  t.deepEqual(await deletions(scene), []);

  await scene.node.stopAgent();
  scene.node.hideNetns(false);
  await scene.node.startAgent(...sweeping);
  await isReady(scene.node);
  t.is((await cniStatus(scene, kept)).code, 0);
  await eventually('what leaked is released', async () =>
    (await deletions(scene)).length === 1 ? true : undefined,
  );
  t.deepEqual(await deletions(scene), [[ended.name, 'leaked']]);
  await assertSound(t, scene);
});

test.serial(
  'where older programs read along nothing is taken away, and the remedy is said once',
  async (t) => {
    const older = { ...usual, minReader: 3 };
    const scene = await makeScene(t, older, ...sweeping);
    const { node, makePods, add, ask, ports } = scene;
    const [ended, kept] = await makePods(2);
    if (ended === undefined || kept === undefined) return t.fail();
    const addresses = await add(ended);
    await add(kept);
    await ended.remove();
    const said = async () =>
      (await linesOf(node)).filter(({ message }) => message.startsWith('pods ended without DEL and keep'));
    await eventually('it is said', async () => ((await said()).length > 0 ? true : undefined));
    await sweeps(3);
    const [line, ...again] = await said();
    t.deepEqual(again, []);
    t.like(line, { level: 'warn', pods: [{ network: 'evio', containerId: ended.name, ifname: 'eth0' }] });
    t.regex(String(line?.['remedy']), /evioctl configure with --min-reader 4/);
    t.deepEqual(await deletions(scene), []);
    t.is((await ports()).length, 2, 'what cannot be written was begun');

    await ask('POST', '/v1/configure', { ...usual, minReader: 4 });
    await eventually('it is released', async () =>
      (await deletions(scene)).length === 1 ? true : undefined,
    );
    const [event] = (await scene.log()).filter(({ type }) => type === 'PodDeleted');
    const released = await releaseTold(scene);
    t.regex(released.message, /its addresses were released$/);
    t.like(released, {
      network: 'evio',
      containerId: ended.name,
      ifname: 'eth0',
      event: event?.id,
      addresses: [...addresses],
    });
    t.regex(String(released['port']), /^evio[0-9a-f]{11}$/);
    await assertSound(t, scene);
  },
);

test.serial('of a pod whose addresses another plugin gave, its record there is said to stay', async (t) => {
  const { scene } = await scenePods(t, 1);
  const { node, makePod, add, del } = scene;
  const ended = await makePod();
  const asked = hostLocal(node, '10.244.0.100');
  await add(ended, asked);
  await ended.remove();
  await eventually('it is released', async () => ((await deletions(scene)).length === 1 ? true : undefined));
  const line = await releaseTold(scene);
  t.like(line, { containerId: ended.name, plugin: 'host-local' });
  t.regex(line.message, /keeps its record until DEL or GC/);
  t.deepEqual([await heldHere(scene, ended), await heldThere(node, ended)], [[], ['10.244.0.100']]);
  await del(ended, asked);
  t.deepEqual(await heldThere(node, ended), []);
  await assertSound(t, scene);
});
