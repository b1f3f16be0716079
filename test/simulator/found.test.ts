import test, { type ExecutionContext } from 'ava';
import { mutants } from '../../simulator/mutants/all.ts';
import { checkQuiet } from '../../simulator/promises/quiet.ts';
import type { World } from '../../simulator/world.ts';
import { joinedWorld } from '../support/joined-world.ts';

/*
 * What the simulator found, each by the shortest way that leads there.
 */

const holds = (t: ExecutionContext, world: World): void => {
  checkQuiet(world);
  t.is(world.broken, undefined);
};

test('an ADD that meets a link of somebody else is refused and keeps nothing', async (t) => {
  const { world, drive, slot } = await joinedWorld();
  await drive.step({ type: 'add', slot: 0 });
  t.is(world.history.host.attachments.size, 0);
  t.is(slot(0).belief, 'unsure');
  await drive.step({ type: 'del', slot: 0 });
  t.is(slot(0).belief, 'absent');
  holds(t, world);
});

test('a pod that cannot be announced is there all the same', async (t) => {
  const { world, drive, slot } = await joinedWorld();
  world.faults.once.add('announcePod');
  await drive.step({ type: 'add', slot: 1 });
  t.is(slot(1).belief, 'live');
  await drive.later();
  t.false(world.faults.once.has('announcePod'));
  t.is(slot(1).belief, 'live');
  holds(t, world);
});

test('an ADD whose undoing a crash cut short is undone, and made anew', async (t) => {
  const { world, drive, slot } = await joinedWorld();
  const pod = slot(1);
  world.faults.once.add('addPort');
  await drive.step({ type: 'add', slot: 1 }, `detachPod ${pod.hostIfname}`);
  await drive.on(`detachPod ${pod.hostIfname}: answered`);
  t.deepEqual(
    [...world.history.host.attachments.values()].map(({ status }) => status),
    ['reserved'],
  );
  t.false(world.kernel.links.has(pod.hostIfname));
  await drive.step({ type: 'crash', linger: false });
  await drive.step({ type: 'start' });
  for (let tries = 0; pod.plugin !== undefined && tries < 20; tries += 1) await drive.later();
  t.is(pod.belief, 'live');
  t.true(world.kernel.links.has(pod.hostIfname));
  holds(t, world);
});

test('what an ADD reserved behind the undoing of an earlier one is healed', async (t) => {
  const { world, drive, slot } = await joinedWorld();
  const pod = slot(1);
  await drive.step({ type: 'add', slot: 1 }, `createPair ${pod.hostIfname}`);
  await drive.step({ type: 'crash', linger: false });
  world.faults.once.add('detachPod');
  await drive.step({ type: 'start' }, `detachPod ${pod.hostIfname}`);
  await drive.on(`detachPod ${pod.hostIfname}`);
  world.faults.once.add('detachPod');
  await drive.on();
  t.deepEqual(
    [...world.history.host.attachments.values()].map(({ status }) => status),
    ['reserved'],
  );
  const create = `createPair ${pod.hostIfname}`;
  for (let tries = 0; world.loop.waiting()[0] !== create && tries < 20; tries += 1) await drive.later(create);
  await drive.step({ type: 'crash', linger: false });
  await drive.step({ type: 'kill-plugin', slot: 1 });
  await drive.step({ type: 'start' });
  t.is(world.history.host.attachments.size, 0);
  holds(t, world);
});

test('what is taken while the news of it is long on its way is put back when it is heard', async (t) => {
  const { world, drive } = await joinedWorld();
  await drive.step({ type: 'take-gateway' }, 'the kernel tells of a change');
  t.deepEqual(world.loop.waiting(), ['the kernel tells of a change']);
  const before = world.loop.now();
  for (let tries = 0; world.loop.now() - before <= 5000 && tries < 20; tries += 1) world.loop.elapse();
  t.true(world.loop.now() - before > 5000);
  await drive.on();
  holds(t, world);
  for (let tries = 0; world.taken.size > 0 && tries < 20; tries += 1) {
    await drive.later();
    holds(t, world);
  }
  t.is(world.taken.size, 0);
  t.not(world.kernel.gateway.length, 0);
});

test('what is taken and not put back in time is a broken promise', async (t) => {
  const deaf = mutants.find(({ name }) => name === 'kernel-not-heard');
  const { world, drive } = await joinedWorld(deaf?.seams);
  await drive.step({ type: 'take-gateway' });
  holds(t, world);
  const before = world.loop.now();
  for (let tries = 0; world.loop.now() - before <= 2000 && tries < 20; tries += 1) await drive.later();
  checkQuiet(world);
  t.is(world.broken?.promise, 'what is ours is put back');
});
