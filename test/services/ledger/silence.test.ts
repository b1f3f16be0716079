import { setTimeout as sleep } from 'node:timers/promises';
import test, { type ExecutionContext } from 'ava';
import type { EventStore } from '../../../domain/port/event-store.ts';
import { openNode, setUp } from '../../support/allocator.ts';
import { configuration, hour } from '../../support/cluster.ts';
import { leaseObserved } from '../../support/events.ts';
import { eventually } from '../../support/node.ts';

/** Four hours; a log's stamps may be two apart. */
const ttl = { ...configuration, minReader: 7, leaseTtlSeconds: 14_400 };

/** Two nodes that count by the TTL, an allocator, and a clock of the log that is set by hand, in hours. */
const begin = async (t: ExecutionContext) => {
  let now = 0;
  const scene = await setUp(t, ttl, { now: () => hour(now), monotonicMs: () => 0 });
  const [one, two] = [await openNode(scene.store, 'n1'), await openNode(scene.store, 'n2')];
  const allocator = scene.start();
  const { type: _, ...lease } = { ...leaseObserved, minReader: 7, leaseTtlSeconds: 14_400 };
  for (const [name, node] of [
    ['n1', one],
    ['n2', two],
  ] as const) {
    await node.join();
    const subnets = await scene.leased(name);
    await node.ask({ type: 'observe-lease', ...lease, subnets });
  }
  /** They say that they are there, one after the other, and the allocator has time to hear them. */
  const say = async (at: number, ...nodes: ReadonlyArray<typeof one>) => {
    now = at;
    for (const node of nodes) await node.ask({ type: 'renew-lease' });
    await sleep(50);
  };
  const ends = async () => (await scene.types()).slice(5);
  return { ...scene, allocator, one, two, say, ends };
};

test('a holder that is silent loses its lease, as soon as anybody is heard behind its TTL and margin', async (t) => {
  const { one, two, say, ends, store } = await begin(t);
  await say(1, one, two);
  for (const at of [2, 3, 4, 5, 5.9]) await say(at, two);
  t.deepEqual(await ends(), []);
  await say(6.5, two);
  await eventually('it is released', async () => ((await ends()).length === 2 ? true : undefined));
  t.deepEqual(await ends(), ['LeaseRevoked', 'SubnetReleased']);
  const last = (await Array.fromAsync(store.readStream('cluster-evio'))).at(-1);
  t.deepEqual(JSON.parse(last?.payload ?? ''), {
    node: 'n1',
    subnet: '10.244.0.0/24',
    by: 'ttl',
    asOf: hour(6.5),
    heardAt: hour(1),
  });
});

test('anything of its stream is a word of the holder', async (t) => {
  const { one, two, say, ends } = await begin(t);
  await say(1, one, two);
  for (const at of [2, 3, 4]) await say(at, two);
  await one.ask({ type: 'start', bootId: 'boot' });
  for (const at of [5, 6, 7, 8]) await say(at, two);
  t.deepEqual(await ends(), []);
  await say(9.5, two);
  await eventually('it is released', async () => ((await ends()).length === 2 ? true : undefined));
});

test('a gap in the stamps, of a log that was away or whose clock leapt, is nobody’s silence', async (t) => {
  const { one, two, say, ends } = await begin(t);
  await say(1, one, two);
  await say(30, two);
  for (const at of [31, 32, 33, 34]) await say(at, two);
  t.deepEqual(await ends(), []);
  await say(35.5, two);
  await eventually('it is released', async () => ((await ends()).length === 2 ? true : undefined));
});

test('an allocator that begins anew counts by what it reads: the stamps, and no clock of its own', async (t) => {
  const { one, two, say, ends, allocator, start, cluster } = await begin(t);
  await say(1, one, two);
  for (const at of [2, 3, 4, 5]) await say(at, two);
  await allocator.stop();
  start(cluster);
  await say(5.9, two);
  t.deepEqual(await ends(), []);
  await say(6.5, two);
  await eventually('it is released', async () => ((await ends()).length === 2 ? true : undefined));
});

test('a holder that never learnt of the TTL is waited for, and named', async (t) => {
  const { one, two, say, ends, warnings } = await begin(t);
  await one.learn('10.244.0.0/24');
  await say(1, two);
  for (const at of [2, 3, 4, 5, 6.5, 7.5]) await say(at, two);
  await eventually('it is named', async () =>
    warnings.some((fields) => (fields as { node?: string }).node === 'n1') ? true : undefined,
  );
  t.deepEqual(await ends(), []);
});

test('who speaks between the taking back and the release is heard, and keeps it until it gives it back', async (t) => {
  const { one, two, say, ends, store } = await begin(t);
  await say(1, one, two);
  const { append } = store;
  const speaking: EventStore['append'] = (appended) => async () => {
    const done = await append(appended)();
    if (appended.events.some(({ type }) => type === 'LeaseRevoked')) await one.ask({ type: 'renew-lease' });
    return done;
  };
  Object.assign(store, { append: speaking });
  for (const at of [2, 3, 4, 5, 6.5, 7.5]) await say(at, two);
  t.deepEqual(await ends(), ['LeaseRevoked']);
  await one.ask({ type: 'observe-fence', reason: 'silent', clusterRevision: 5 });
  await eventually('it is released', async () => ((await ends()).length === 2 ? true : undefined));
});
