import test from 'ava';
import { checkQuiet } from '../../simulator/promises/quiet.ts';
import { lentPods, pods } from '../../simulator/slots.ts';
import { joinedWorld } from '../support/joined-world.ts';

/* Pods whose addresses another IPAM plugin gives, in a simulated world: the real plugin runs it. */

/** A world of IPv4 alone, in which no older program reads along. */
const newest = 5;

const lentWorld = async () => {
  const { world, drive, slot } = await joinedWorld({}, newest);
  const pod = slot(pods);
  return { world, drive, slot, pod, given: () => world.lender.given.get(pod.containerId) };
};

const add = { type: 'add', slot: pods } as const;
const del = { type: 'del', slot: pods } as const;

test('what a delegate gives stands in the log as given by it', async (t) => {
  const { world, drive, pod, given } = await lentWorld();
  await drive.step(add);
  t.is(pod.belief, 'live');
  t.deepEqual([...pod.addresses].sort(), [...(given() ?? [])].sort());
  const [attachment] = world.history.host.attachments.values();
  t.true(
    attachment?.addresses.every(({ choice }) => choice.by === 'delegated' && choice.plugin === 'lender'),
  );
  checkQuiet(world);
  t.is(world.broken, undefined);
});

test('a second ADD of a running pod reaches no delegate', async (t) => {
  const { world, drive, pod, given } = await lentWorld();
  await drive.step(add);
  await drive.later();
  const before = given();
  await drive.step(add);
  t.is(pod.belief, 'live');
  t.is(given(), before);
  t.is(world.broken, undefined);
});

for (const operation of ['lender strays', 'lender dies', 'lender gives what is held'] as const)
  test(`what is refused goes back to the delegate: ${operation}`, async (t) => {
    const { world, drive, pod, given } = await lentWorld();
    await drive.step({ type: 'add', slot: 1 });
    world.faults.once.add(operation);
    await drive.step(add);
    t.false(world.faults.once.has(operation));
    t.is(pod.belief, 'unsure');
    t.is(given(), undefined);
    t.is(world.broken, undefined);
  });

test('a run that is told to end takes back what the delegate gave', async (t) => {
  const { world, drive, pod, given } = await lentWorld();
  await drive.step(add, '/v1/add arrives');
  t.not(given(), undefined);
  await drive.step({ type: 'terminate', pick: 0 });
  t.is(pod.plugin, undefined);
  t.is(given(), undefined);
  t.is(world.broken, undefined);
});

test('a delegate that hangs is given up, and its pod is refused', async (t) => {
  const { world, drive, pod, given } = await lentWorld();
  world.faults.once.add('lender hangs');
  await drive.step(add);
  for (let tries = 0; pod.plugin !== undefined && tries < 200; tries += 1) await drive.later();
  t.is(pod.belief, 'unsure');
  t.is(given(), undefined);
  t.is(world.broken, undefined);
});

test('a DEL is done at the delegate too, behind ours', async (t) => {
  const { world, drive, pod, given } = await lentWorld();
  await drive.step(add);
  await drive.later();
  await drive.step(del);
  t.is(pod.belief, 'absent');
  t.is(given(), undefined);
  t.is(world.broken, undefined);
});

test('a GC leaves with the delegate what is listed alone', async (t) => {
  const { world, drive, slot } = await lentWorld();
  for (const index of [pods, pods + lentPods - 1]) {
    await drive.step({ type: 'add', slot: index });
    await drive.later();
  }
  slot(pods).belief = 'unsure';
  await drive.step({ type: 'gc', forgetUnsure: true, of: 'lent' });
  t.deepEqual([...world.lender.given.keys()], [slot(pods + lentPods - 1).containerId]);
  t.is(world.broken, undefined);
});
