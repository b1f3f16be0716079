import test, { type ExecutionContext } from 'ava';
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

test('an ADD that was answered in the log, and whose undoing a crash cut short, is made anew', async (t) => {
  const { world, drive, slot } = await joinedWorld();
  const pod = slot(1);
  world.faults.once.add('announcePod');
  await drive.step({ type: 'add', slot: 1 }, `detachPod ${pod.hostIfname}`);
  await drive.on(`detachPod ${pod.hostIfname}: answered`);
  t.deepEqual(
    [...world.history.host.attachments.values()].map(({ status }) => status),
    ['attached'],
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
