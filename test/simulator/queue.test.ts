import { setImmediate as turn } from 'node:timers/promises';
import test from 'ava';
import { queuedDelName, queuedDelText } from '../../domain/cni/queued-del.ts';
import { act } from '../../simulator/act.ts';
import type { Owner } from '../../simulator/loop.ts';
import { checkQuiet } from '../../simulator/promises/quiet.ts';
import { del } from '../../simulator/runtime.ts';
import { ifname, network, type Slot } from '../../simulator/slots.ts';
import type { Step } from '../../simulator/step.ts';
import { bootIdOf, makeWorld, type World } from '../../simulator/world.ts';

/** All that waits happens, first come first served; `most` of it. */
const goOn = async ({ loop }: World, most = 1000): Promise<void> => {
  for (let count = 0; count < most; count += 1) {
    await turn();
    if (loop.quiet()) return;
    loop.release(0);
  }
  await turn();
};

const step = async (world: World, ...steps: ReadonlyArray<Step>): Promise<void> => {
  for (const one of steps) {
    world.steps += 1;
    act(world, one);
    await goOn(world);
  }
};

const slotOf = ({ slots }: World, index: number): Slot => {
  const slot = slots[index];
  if (slot === undefined) throw new Error(`there is no pod ${index}`);
  return slot;
};

/** Three pods on a node that has joined; the agent dies, and their DELs are queued. */
const withQueuedDels = async (): Promise<World> => {
  const world = makeWorld(1, {});
  await step(
    world,
    { type: 'start' },
    { type: 'configure', variant: 0 },
    { type: 'join' },
    { type: 'stage' },
    ...[1, 2, 3].map((slot): Step => ({ type: 'add', slot })),
    { type: 'crash', linger: false },
  );
  for (const index of [1, 2, 3]) del(world, slotOf(world, index));
  await goOn(world);
  while (world.queue.files.size < 3) {
    if (world.loop.elapse() === undefined) throw new Error('the DELs are not queued');
    await goOn(world);
  }
  return world;
};

const deletions = ({ disk }: World): number =>
  disk.eventsFrom(0).filter(({ type }) => type === 'PodDeleted').length;

/** More than a start takes. */
const longestStart = 120;

test('killed at any step of its start, an agent loses no queued DEL and does none twice', async (t) => {
  for (let at = 1; at <= longestStart; at += 1) {
    const world = await withQueuedDels();
    t.deepEqual(
      [1, 2, 3].map((index) => slotOf(world, index).belief),
      ['absent', 'absent', 'absent'],
    );
    t.is(world.history.host.attachments.size, 3);
    act(world, { type: 'start' });
    await goOn(world, at);
    await step(world, { type: 'crash', linger: at % 2 === 0 }, { type: 'start' });
    t.is(world.queue.files.size, 0, `killed at step ${at}`);
    t.is(world.history.host.attachments.size, 0, `killed at step ${at}`);
    t.is(deletions(world), 3, `killed at step ${at}`);
    checkQuiet(world);
    t.is(world.broken, undefined, `killed at step ${at}`);
  }
});

/** A pod on a node whose agent died, and a plugin that has the queue's lock. */
const withPluginQueueing = async () => {
  const world = makeWorld(1, {});
  await step(
    world,
    { type: 'start' },
    { type: 'configure', variant: 0 },
    { type: 'join' },
    { type: 'stage' },
    { type: 'add', slot: 1 },
    { type: 'crash', linger: false },
  );
  const plugin: Owner = { alive: true, name: 'DEL c1' };
  world.queue.writers.add(plugin);
  await step(world, { type: 'start' });
  return { world, plugin };
};

/** Time passes until the agent serves. */
const untilServing = async (world: World): Promise<void> => {
  for (let times = 1; world.life?.agent === undefined && times <= 1000; times += 1) {
    world.loop.elapse();
    await goOn(world);
  }
};

test('an agent waits for a plugin that is queueing, and does that DEL before it serves', async (t) => {
  const { world, plugin } = await withPluginQueueing();
  t.is(world.life?.agent, undefined);
  const attachment = { network, containerId: slotOf(world, 1).containerId, ifname };
  const requestId = world.ids.random();
  const text = queuedDelText({ attachment, requestId, bootId: bootIdOf(world), time: '' });
  world.queue.files.set(queuedDelName(attachment) ?? '', text);
  plugin.alive = false;
  await untilServing(world);
  t.not(world.life?.agent, undefined);
  t.is(deletions(world), 1);
  t.is(world.queue.files.size, 0);
});

test('a plugin that was stopped in the middle of queueing does not keep a node from serving', async (t) => {
  const { world, plugin } = await withPluginQueueing();
  const startedAt = world.loop.now();
  await untilServing(world);
  t.not(world.life?.agent, undefined);
  t.true(plugin.alive);
  t.is(world.loop.now() - startedAt, 10_000);
});

test('an ADD follows the DEL that waits for its attachment, though the watch told of nothing', async (t) => {
  const world = makeWorld(1, {});
  await step(
    world,
    { type: 'start' },
    { type: 'configure', variant: 0 },
    { type: 'join' },
    { type: 'stage' },
    { type: 'add', slot: 1 },
  );
  // An ADD's turn ends with the announcement, a moment behind its answer.
  world.loop.elapse();
  await goOn(world);
  const slot = slotOf(world, 1);
  const [before] = slot.addresses;
  const attachment = { network, containerId: slot.containerId, ifname };
  const requestId = world.ids.random();
  const text = queuedDelText({ attachment, requestId, bootId: bootIdOf(world), time: '' });
  world.queue.files.set(queuedDelName(attachment) ?? '', text);
  const told = (): Slot => slotOf(world, 1);
  slot.belief = 'absent';
  await step(world, { type: 'end-netns', slot: 1 }, { type: 'add', slot: 1 });
  t.is(told().belief, 'live');
  t.not(slot.addresses[0], before);
  t.is(deletions(world), 1);
  t.is(world.queue.files.size, 0);
  // Nothing is left that the next look could take for a DEL of the pod that is there now.
  for (let times = 1; times <= 20; times += 1) {
    world.loop.elapse();
    await goOn(world);
  }
  t.is(told().belief, 'live');
  checkQuiet(world);
  t.is(world.broken, undefined);
});
