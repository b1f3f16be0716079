import { setTimeout as sleep } from 'node:timers/promises';
import test, { type ExecutionContext } from 'ava';
import { sha256 } from '../../../adapters/system/sha256.ts';
import type { Netns } from '../../support/netns.ts';
import { isDrained } from '../../support/queue.ts';
import {
  addressesIn,
  assertSound,
  brokenLink,
  callFor,
  eventuallyReaches,
  type Scene,
  sharedScene,
  threeViews,
} from '../../support/scene.ts';

const chapters = 4;
const rounds = 10;

/** A plugin takes some 10 ms to start, an ADD some 10 and a DEL some 25 more: moments before, in and after all of them. */
const latestKillMs = 40;

/** The same moments in every run, as far as the machine's own pace allows. */
const seeded = (seed: string) => {
  let drawn = 0;
  return () => {
    drawn += 1;
    return Number.parseInt(sha256(`${seed}/${drawn}`).slice(0, 8), 16) / 2 ** 32;
  };
};

const scene = sharedScene(test);

/** What the runtime believes: pods without a network, and attached ones with the address it was told. */
type Runtime = {
  readonly absent: Netns[];
  readonly attached: Map<Netns, string>;
};

/** Two ADDs and two DELs, somewhere in which the agent is killed. */
const oneRound = async (
  t: ExecutionContext,
  { node, del, pods }: Scene,
  { absent, attached }: Runtime,
  random: () => number,
  round: number,
): Promise<void> => {
  const added = absent.splice(0, 2);
  const deleted = [...attached.keys()].slice(0, 2);
  const adding = added.map((pod) => ({ pod, plugin: node.startCni('ADD', callFor(pod)) }));
  const deleting = deleted.map((pod) => ({ pod, plugin: node.startCni('DEL', callFor(pod)) }));
  await sleep(random() * latestKillMs);
  await node.stopAgent('SIGKILL');
  // Now and then the runtime is killed as well, and DELs what it does not remember to have added.
  const orphan = round % 4 === 3 ? adding[0] : undefined;
  orphan?.plugin.signal('SIGKILL');
  // Now and then the next agent is killed while it heals.
  if (round % 5 === 4) {
    const starting = node.startAgent().catch(() => undefined);
    await sleep(100 + random() * 400);
    await node.stopAgent('SIGKILL');
    await starting;
  }
  await node.startAgent();

  for (const { pod, plugin } of deleting) {
    const { exitCode, stdout, stderr } = await plugin.ended;
    t.is(exitCode, 0, `DEL in round ${round}: ${stdout}${stderr}`);
    attached.delete(pod);
    absent.push(pod);
  }
  for (const { pod, plugin } of adding) {
    const { exitCode, stdout, stderr } = await plugin.ended;
    if (plugin === orphan?.plugin) {
      await del(pod);
      absent.push(pod);
    } else {
      t.is(exitCode, 0, `ADD in round ${round}: ${stdout}${stderr}`);
      attached.set(pod, addressesIn({ out: stdout })[0] ?? '');
      await eventuallyReaches(pod, '10.244.0.1');
    }
  }
  // A DEL that lost patience is in the queue, and the runtime was told that it is done.
  await isDrained({ node });
  t.deepEqual(
    (await pods()).map(({ containerId, addresses }) => `${containerId} ${addresses}`).sort(),
    [...attached].map(([{ name }, address]) => `${name} ${address}`).sort(),
    `round ${round}: the log holds what was answered, and nothing else`,
  );
};

for (let chapter = 1; chapter <= chapters; chapter++) {
  test.serial(
    `${rounds} agents killed at random moments fail no pod, lose nothing and double nothing (${chapter} of ${chapters})`,
    async (t) => {
      const { node, makePods, del, log } = scene();
      const random = seeded(`chapter ${chapter}`);
      const runtime: Runtime = { absent: [...(await makePods(6))], attached: new Map() };
      const from = (await log()).length;
      for (let round = 0; round < rounds; round++) {
        await oneRound(t, scene(), runtime, random, round);
        await assertSound(t, scene());
      }
      for (const pod of runtime.attached.keys()) await del(pod);
      t.deepEqual(await threeViews(scene()), { log: [], switch: [], kernel: [] });
      t.is((await node.status()).pools[0]?.held, 0);
      t.is(brokenLink(await log()), undefined);
      const undone = (await log()).slice(from).filter(({ payload }) => payload['reason'] === 'interrupted');
      t.log(`${undone.length} ADDs were undone at a start`);
    },
  );
}
