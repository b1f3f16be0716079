import { setTimeout as sleep } from 'node:timers/promises';
import test, { type ExecutionContext } from 'ava';
import type { EventStore, RecordedEvent } from '../../../domain/port/event-store.ts';
import { changePages } from '../../../simulator/change-pages.ts';
import { cause, opened, openNode, setUp } from '../../support/allocator.ts';
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
  const expired = async () => (await ends()).filter((type) => /LeaseRevoked|SubnetReleased/.test(type));
  const named = (node: string) =>
    scene.warnings.filter((fields) => (fields as { node?: string }).node === node).length;
  return { ...scene, allocator, one, two, say, ends, expired, named };
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

test('in a restored log a life counts when it has presented, for the log lost until when it was heard', async (t) => {
  const { one, two, say, allocator, start, cluster, expired, named } = await begin(t);
  await say(1, one, two);
  await say(2, two);
  // What n1 says until half past three is lost with the log: it serves until half past six.
  await allocator.stop();
  await say(3.6);
  await opened(
    cluster.transact({ type: 'record-restore', epoch: 2, backup: { epoch: 1, position: 7 } }, cause())(),
  );
  await opened(cluster.transact({ type: 'resume', reason: 'all is known' }, cause())());
  start(cluster, 'position of the epoch');
  const presents = {
    type: 'present-lease',
    publicKey: 'key',
    epoch: 2,
    minReader: 7,
    clusterRevision: 6,
  } as const;
  await two.ask(presents);
  for (const at of [3.7, 4.7, 5.7, 6.4, 7]) await say(at, two);
  await eventually('it is named', async () => (named('n1') > 0 ? true : undefined));
  // What it says again of its old words may not be all of them.
  await say(7.5, one);
  for (const at of [8.5, 9.5, 10.5, 11.5, 12, 13]) await say(at, two);
  t.deepEqual(await expired(), []);
  await say(13.5);
  await one.ask(presents);
  for (const at of [14.5, 15.5, 16.5, 17.5, 18]) await say(at, two);
  t.deepEqual(await expired(), []);
  await say(19, two);
  await eventually('it is released', async () => ((await expired()).length === 2 ? true : undefined));
  t.is(named('n1'), 2, 'once that it stays, once that it expired');
});

test('a TTL that was longer for a while counts, for who may have learnt of it before his connection broke', async (t) => {
  const { one, two, say, cluster, expired, named } = await begin(t);
  await say(1, one, two);
  await opened(cluster.transact({ type: 'configure', ...ttl, leaseTtlSeconds: 28_800 }, cause())());
  await opened(cluster.transact({ type: 'configure', ...ttl }, cause())());
  for (const at of [2, 3, 4, 5, 6, 6.7, 8, 9, 10, 10.9]) await say(at, two);
  t.deepEqual(await expired(), []);
  await say(11.6, two);
  await eventually('it is released', async () => ((await expired()).length === 2 ? true : undefined));
  t.is(named('n1'), 1);
});

test('who may have learnt that there is no TTL any more is waited for, and who said that he knows of its return is not', async (t) => {
  const { one, two, say, cluster, expired, named, holding } = await begin(t);
  await say(1, one, two);
  const { leaseTtlSeconds: _, ...without } = ttl;
  await opened(cluster.transact({ type: 'configure', ...without }, cause())());
  await opened(cluster.transact({ type: 'configure', ...ttl }, cause())());
  for (const at of [2, 3, 4, 5, 6, 6.7, 8]) await say(at, two);
  await eventually('it is named', async () => (named('n1') > 0 ? true : undefined));
  t.deepEqual(await expired(), []);
  const { type: __, ...lease } = { ...leaseObserved, minReader: 7 };
  const subnets = holding('n1')?.subnets ?? [];
  // It goes through both in order.
  await one.ask({ type: 'observe-lease', ...lease, subnets, clusterRevision: 5 });
  await one.ask({ type: 'observe-lease', ...lease, subnets, clusterRevision: 6, leaseTtlSeconds: 14_400 });
  for (const at of [9, 10, 11, 12, 12.9]) await say(at, two);
  t.deepEqual(await expired(), []);
  await say(13.6, two);
  await eventually('it is released', async () => ((await expired()).length === 2 ? true : undefined));
});

test('a word that is stamped ahead, in a log whose stamps go back, keeps its lease until then, and who gave it is named', async (t) => {
  const { one, two, say, expired, named, warnings, store, allocator, start } = await begin(t);
  await allocator.stop();
  await say(1, one);
  const ahead = (await store.head(`host-evio:n1:${one.incarnation}`)()) as { right: { position: number } };
  const { subscribe, readStream } = store;
  const stamp = (event: RecordedEvent): RecordedEvent =>
    event.position === ahead.right.position ? { ...event, recordedAt: hour(25) } : event;
  const stamped = async function* (events: ReturnType<EventStore['readStream']>) {
    for await (const event of events) yield stamp(event);
  };
  Object.assign(store, {
    subscribe: (...asked: Parameters<typeof subscribe>) =>
      changePages(subscribe(...asked), (page) => page.map(stamp)),
    readStream: (...asked: Parameters<typeof readStream>) => stamped(readStream(...asked)),
  });
  start();
  for (const at of [2, 3, 4, 5, 6, 7.5, 8.5]) await say(at, two);
  await eventually('it is named', async () => (named('n1') > 0 ? true : undefined));
  t.deepEqual(await expired(), []);
  t.is(warnings.length, 1);
  t.like(warnings[0], { node: 'n1', heardAt: hour(25) });
});

test('a log that stamps nothing backwards stands still behind a clock that was ahead, and says so', async (t) => {
  const { one, two, say, expired, warnings } = await begin(t);
  await say(1, one, two);
  await say(25, one, two);
  for (const at of [2, 3.3]) await say(at, two);
  t.deepEqual(warnings, []);
  for (const at of [4.6, 5.9, 7.2]) await say(at, two);
  await eventually('it is said', async () => (warnings.length > 0 ? true : undefined));
  t.deepEqual(await expired(), []);
  t.is(warnings.length, 1);
  t.like(warnings[0], { recordedAt: hour(25) });
});
