import test from 'ava';
import { type Ended, eventually } from '../../support/node.ts';
import { assertSound, callFor, makeScene } from '../../support/scene.ts';

const lanes = 4;
const upgrades = 3;

test.serial('agents replace each other while pods come and go, and no pod fails', async (t) => {
  const scene = await makeScene(t);
  const { node, makePods, log } = scene;
  const pods = await makePods(lanes);
  const done: Array<{ readonly verb: string; readonly ended: Ended }> = [];
  let going = true;
  const lane = async (pod: (typeof pods)[number]): Promise<void> => {
    for (let round = 0; going; round += 1)
      for (const verb of ['ADD', 'DEL']) {
        const ended = await node.cni(verb, callFor(pod, { containerId: `${pod.name}-${round}` }));
        done.push({ verb, ended });
      }
  };
  const running = pods.map(lane);
  const progress = async (): Promise<void> => {
    const before = done.length;
    await eventually(
      'pods come and go',
      async () => (done.length >= before + 2 * lanes ? true : undefined),
      60_000,
    );
  };
  for (let upgrade = 0; upgrade < upgrades; upgrade += 1) {
    await progress();
    t.is(await node.stopAgent('SIGTERM'), 0, 'what was under way was finished, and all was closed');
    await node.startAgent();
  }
  await progress();
  going = false;
  await Promise.all(running);

  t.deepEqual(
    done.filter(({ ended }) => ended.code !== 0),
    [],
  );
  const events = await log();
  const count = (type: string): number => events.filter((event) => event.type === type).length;
  t.is(count('HostStarted'), upgrades + 1);
  t.is(count('PodWired'), done.filter(({ verb }) => verb === 'ADD').length);
  await eventually('queued DELs are done', async () =>
    (await scene.pods()).length === 0 ? true : undefined,
  );
  await assertSound(t, scene);
});
