import { setTimeout as sleep } from 'node:timers/promises';
import test from 'ava';
import { eventually } from '../../support/node.ts';
import { assertSound, callFor, isReady, makeScene, reaches, type Scene, usual } from '../../support/scene.ts';
import { says, scriptDelegate } from '../../support/script-delegate.ts';
import { heldHere } from './delegated-scene.ts';
import { nothing, onNode, runFor } from './through-pod-scene.ts';

const isClear = (scene: Scene) =>
  eventually('nothing is left', async () => {
    const { ports, links, flows } = await onNode(scene);
    return ports.length + links.length + flows === 0 ? true : undefined;
  });

/** A plugin takes some 10 ms to start, what is prepared some 20, its delegate 50, the ADD some 30: moments in all of them. */
const kills = [8, 14, 20, 26, 32, 60, 90, 96, 102, 108, 114, 120];

test.serial(
  'whenever the agent is killed, the ADD has its pod or leaves nothing behind its DEL',
  async (t) => {
    const scene = await makeScene(t);
    const { node, makePod, del } = scene;
    const delegate = await scriptDelegate(
      t,
      { ADD: `sleep 0.05\n${says({ ips: [{ address: '10.244.0.200/24' }] })}` },
      'dhcp',
    );
    const asked = { path: delegate.folder, config: { ipam: { type: delegate.name } } };
    const ways = new Set<string>();
    for (const killMs of kills) {
      const pod = await makePod();
      const plugin = node.startCni('ADD', callFor(pod, asked));
      await sleep(killMs);
      await node.stopAgent('SIGKILL');
      await node.startAgent();
      await isReady(node);
      const ended = await plugin.ended;
      ways.add(ended.exitCode === 0 ? 'added' : 'refused');
      if (ended.exitCode === 0) {
        t.true(await reaches(pod, '10.244.0.1'), `${killMs} ms`);
        await assertSound(t, scene);
      } else {
        // Before any DEL: its own plugin, or the agent's start, has removed all of it.
        await isClear(scene);
        t.deepEqual(await heldHere(scene, pod), [], ended.stdout);
      }
      await del(pod, asked);
      await isClear(scene);
    }
    t.is(ways.size, 2, 'no kill came in between, or each did');
    t.is((await node.evioctl('verify', '--log', `${node.dir}/state/ledger.db`)).code, 0);
  },
);

test.serial(
  'what was prepared for an ADD that nobody knows of is drift, and removed; somebody else’s link is not',
  async (t) => {
    const scene = await makeScene(t);
    const { node, makePod, add, ask } = scene;
    const make = async (name: string, alias: string) => {
      await node.netns.exec('ip', 'link', 'add', name, 'type', 'veth');
      await node.netns.exec('ip', 'link', 'set', name, 'alias', alias);
    };
    await ask('POST', '/v1/settle', {});
    await make('other0', 'prepared evio/gone/eth0');
    const said = await eventually('it is told of', async () => {
      // A sweep that comes in between removes it: then once more.
      if (!(await node.netns.exec('ip', 'link')).includes('evio0000000dead'))
        await make('evio0000000dead', 'evio-ledger prepared evio/gone/eth0');
      const { out } = await node.evioctl('drift');
      return out.includes('evio0000000dead') ? out : undefined;
    });
    t.regex(said, /evio0000000dead.*prepared for evio\/gone\/eth0, whose ADD is not under way/);
    t.notRegex(said, /other0/);
    await node.evioctl('reconcile');
    const left = await node.netns.exec('ip', 'link');
    t.notRegex(left, /evio0000000dead/);
    t.regex(left, /other0/);
    // It stopped no other pod meanwhile.
    const pod = await makePod();
    t.is((await add(pod)).length, 1);
  },
);

test.serial('without anti-spoofing it has a port like any other, and no flows', async (t) => {
  const scene = await makeScene(t, usual, '--anti-spoofing', 'off');
  const { node, makePod, del, ask } = scene;
  const pod = await makePod();
  const run = runFor(scene, pod);
  t.is((await run.admit()).status, 200);
  await ask('POST', '/v1/settle', {});
  const there = await onNode(scene);
  t.deepEqual([there.ports.length, there.links.length, there.flows], [1, 1, 0]);
  t.is((await node.evioctl('drift')).code, 0);
  t.is((await run.add('10.244.0.200')).status, 200);
  t.true(await reaches(pod, '10.244.0.1'));
  await del(pod);
  t.deepEqual(await onNode(scene), nothing);
});
