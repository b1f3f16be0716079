import test, { type ExecutionContext } from 'ava';
import { either as E } from 'fp-ts';
import { clock } from '../../../adapters/system/clock.ts';
import { ids } from '../../../adapters/system/ids.ts';
import { sha256 } from '../../../adapters/system/sha256.ts';
import { host as decider } from '../../../domain/host/decider.ts';
import { hostEvents } from '../../../domain/host/events.ts';
import type { EventStore } from '../../../domain/port/event-store.ts';
import type { LogFields } from '../../../domain/port/log.ts';
import { eraOf } from '../../../domain/stream.ts';
import { openHostEras } from '../../../services/agent/host-eras.ts';
import { openAt, scratchFolder } from '../../adapters/sqlite/scratch.ts';
import { cause, opened } from '../../support/allocator.ts';
import { carriedOf } from '../../support/eras.ts';
import { incarnation, leaseObserved, nodeName, podAdded } from '../../support/events.ts';
import { addPod, bootId, deletePod, wirePod } from '../../support/host.ts';
import { askHost } from '../../support/kept-host.ts';
import { readLog } from '../../support/log-reader.ts';
import { hostStreamOf } from '../../support/logged.ts';
import { eventually } from '../../support/node.ts';
import { allocate } from '../../support/pool.ts';

const life = hostStreamOf('node-1');

const open = async (store: EventStore, eraEvents = 0, own = life) => {
  const said: string[] = [];
  const quiet = () => undefined;
  const warn = (message: string, { remedy }: LogFields = {}) => void said.push(`${message} (${remedy})`);
  const log = { debug: quiet, info: quiet, warn, error: warn };
  const eras = await opened(
    openHostEras({ ownLog: store, clock, ids, sha256, log }, own, incarnation, eraEvents),
  );
  return { ...eras, said };
};

const join = async ({ host }: Awaited<ReturnType<typeof open>>, minReader = 3): Promise<void> => {
  await askHost(host, { type: 'start', bootId });
  await askHost(host, { type: 'request-join', node: nodeName('node-1'), publicKey: 'key' });
  const { type: _, ...lease } = leaseObserved;
  await askHost(host, { type: 'observe-lease', ...lease, minReader });
};

const storeOf = (t: ExecutionContext): EventStore => {
  const store = openAt(`${scratchFolder(t)}/ledger.db`);
  t.teardown(store.close);
  return store;
};

/** The store of a machine whose next append to a stream does not come to be. */
const failing = (store: EventStore) => {
  let stream: string | undefined;
  const append: EventStore['append'] = (one) => async () => {
    if (one.stream !== stream) return store.append(one)();
    stream = undefined;
    return E.left({ type: 'unavailable', reason: 'the disk is full' });
  };
  const fail = (next: string): void => {
    stream = next;
  };
  return { store: { ...store, append }, fail };
};

const typesOf = async (store: EventStore, stream: string): Promise<ReadonlyArray<string>> =>
  (await Array.fromAsync(store.readStream(stream))).map(({ type }) => type);

test('an era carries what was adopted, in a version that only readers of such events get', async (t) => {
  const store = storeOf(t);
  const eras = await open(store);
  await join(eras, 4);
  const { type: _, addresses, requestId, commandId, ...pod } = podAdded('c1', '10.244.0.7');
  const pods = [{ ...pod, addresses: addresses.map(({ address }) => address) }];
  await askHost(eras.host, { type: 'import-pods', from: 'adoption', pods, requestId, commandId });
  const before = carriedOf(eras.host.state());
  await opened(eras.closeEra(cause())());
  t.deepEqual(carriedOf(eras.host.state()), before);
  t.deepEqual(carriedOf((await open(store)).host.state()), before);
  const [first] = await Array.fromAsync(store.readStream(eraOf(life, 2)));
  t.is((JSON.parse(first?.metadata ?? '') as { readonly schema: number }).schema, 2);
});

test('a node without a lease opens its era in the newest version, for nobody but itself reads it', async (t) => {
  const store = storeOf(t);
  const eras = await open(store);
  await askHost(eras.host, { type: 'start', bootId });
  await askHost(eras.host, allocate('c1'));
  await opened(eras.closeEra(cause())());
  const [first] = await Array.fromAsync(store.readStream(eraOf(life, 2)));
  t.is((JSON.parse(first?.metadata ?? '') as { readonly schema: number }).schema, 2);
  t.deepEqual((await open(store)).host.state().networks.get('lan')?.held.size, 1);
});

test('an era is closed and the next one opened; the new stream alone folds to the state', async (t) => {
  const store = storeOf(t);
  const eras = await open(store);
  await join(eras);
  await askHost(eras.host, addPod('c1'));
  await askHost(eras.host, addPod('c2'));
  await askHost(eras.host, deletePod('c1'));
  const before = carriedOf(eras.host.state());
  await opened(eras.closeEra(cause())());
  t.is(eras.stream(), eraOf(life, 2));
  t.is((await typesOf(store, life)).at(-1), 'EraClosed');
  t.deepEqual(await typesOf(store, eraOf(life, 2)), ['EraOpened']);
  const read = await readLog(store, eraOf(life, 2), hostEvents, decider, sha256);
  t.deepEqual(read.state(), eras.host.state());
  t.deepEqual(carriedOf(read.state()), before);
  await askHost(eras.host, wirePod('c2'));
  const again = await open(store);
  t.deepEqual([again.stream(), again.host.revision()], [eraOf(life, 2), 1]);
  t.deepEqual(again.host.state(), eras.host.state());
});

test('commands that come while an era changes are decided in the next one, none is lost', async (t) => {
  const store = storeOf(t);
  const eras = await open(store);
  await join(eras);
  const add = (n: number) => askHost(eras.host, addPod(`c${n}`));
  const before = [add(1), add(2)];
  const closing = eras.closeEra(cause())();
  const meanwhile = [3, 4, 5].map(add);
  await opened(closing);
  await Promise.all([...before, ...meanwhile]);
  t.is((await typesOf(store, life)).filter((type) => type === 'PodAdded').length, 2);
  t.deepEqual(await typesOf(store, eraOf(life, 2)), ['EraOpened', 'PodAdded', 'PodAdded', 'PodAdded']);
  t.is(eras.host.state().attachments.size, 5);
});

test('an era that is closed without its successor is gone on with at the next start, before anything else', async (t) => {
  const broken = failing(storeOf(t));
  const eras = await open(broken.store);
  await join(eras);
  await askHost(eras.host, addPod('c1'));
  const before = carriedOf(eras.host.state());
  broken.fail(eraOf(life, 2));
  t.like(await eras.closeEra(cause())(), E.left({ type: 'unavailable' as const }));
  t.deepEqual(await typesOf(broken.store, eraOf(life, 2)), []);

  const next = await open(broken.store);
  t.is(next.stream(), eraOf(life, 2));
  t.deepEqual(carriedOf(next.host.state()), before);
  const [first] = await Array.fromAsync(broken.store.readStream(eraOf(life, 2)));
  t.is(first?.id, ids.derive(ids.derive(incarnation, `open-era/${eraOf(life, 2)}`), '0'), 'whoever opens it');
});

test('an agent whose disk was full between the two goes on with the next command', async (t) => {
  const broken = failing(storeOf(t));
  const eras = await open(broken.store);
  await join(eras);
  broken.fail(eraOf(life, 2));
  await eras.closeEra(cause())();
  broken.fail(eraOf(life, 2));
  t.like(await eras.host.transact(addPod('c1'), cause())(), E.left({ type: 'unavailable' as const }));
  await askHost(eras.host, addPod('c1'));
  t.deepEqual(await typesOf(broken.store, eraOf(life, 2)), ['EraOpened', 'PodAdded']);
});

test('an era that cannot be closed goes on', async (t) => {
  const broken = failing(storeOf(t));
  const eras = await open(broken.store);
  await join(eras);
  broken.fail(life);
  t.like(await eras.closeEra(cause())(), E.left({ type: 'unavailable' as const }));
  await askHost(eras.host, addPod('c1'));
  t.is(eras.stream(), life);
  t.is((await typesOf(broken.store, life)).at(-1), 'PodAdded');
});

test('an era of so many events is closed by itself, when no ADD is under way', async (t) => {
  const store = storeOf(t);
  const eras = await open(store, 6);
  await join(eras);
  await Promise.all(['c1', 'c2', 'c3'].map((pod) => askHost(eras.host, addPod(pod))));
  t.is(eras.stream(), life, 'three ADDs are under way');
  await askHost(eras.host, wirePod('c1'));
  await eventually('an era longer than it should be is closed all the same', async () =>
    eras.stream() === eraOf(life, 2) ? true : undefined,
  );
  await askHost(eras.host, wirePod('c2'));
  await askHost(eras.host, wirePod('c3'));
  for (const pod of ['c1', 'c2', 'c3']) await askHost(eras.host, deletePod(pod));
  await eventually('the next one too', async () => (eras.stream() === eraOf(life, 3) ? true : undefined));
  t.deepEqual(await typesOf(store, eraOf(life, 3)), ['EraOpened']);
  t.deepEqual(eras.said, []);
});

test('while older programs read the cluster the stream goes on, and the log says why, once', async (t) => {
  const eras = await open(storeOf(t), 4);
  await join(eras, 2);
  for (const pod of ['c1', 'c2', 'c3']) {
    await askHost(eras.host, addPod(pod));
    await askHost(eras.host, wirePod(pod));
  }
  t.is(eras.stream(), life);
  t.is(eras.said.length, 1);
  t.regex(eras.said[0] ?? '', /the log grows.*--min-reader 3/s);
});

test('while events are changed no era ends, and one that ends later carries what was changed', async (t) => {
  const store = storeOf(t);
  const eras = await open(store);
  await join(eras);
  await askHost(eras.host, addPod('c1'));
  const order: string[] = [];
  let finish = (): void => undefined;
  const altered = eras.host.whileChanged(async () => {
    order.push('begun');
    await new Promise<void>((resolve) => {
      finish = resolve;
    });
    order.push('done');
    return 'altered';
  });
  const closing = eras
    .closeEra(cause())()
    .then(() => order.push('closed'));
  const asked = askHost(eras.host, addPod('c2')).then(() => order.push('added'));
  await eventually('the change has begun', async () => order.length > 0 || undefined);
  finish();
  t.is(await altered, 'altered');
  await Promise.all([closing, asked]);
  t.deepEqual(order.slice(0, 2), ['begun', 'done']);
  t.is(eras.host.state().attachments.size, 2);
});

test('an era that may not be closed holds nobody up, and is spoken of once', async (t) => {
  const eras = await open(storeOf(t), 3);
  await join(eras, 2);
  const adding = Array.from({ length: 20 }, (_, index) => askHost(eras.host, addPod(`c${index}`)));
  await Promise.all(adding);
  t.is(eras.stream(), life);
  t.is(eras.said.length, 1);
  t.regex(eras.said[0] ?? '', /an era is due and was not closed.*--min-reader 3/);
});

test('a copied disk under another name opens its eras by ids of its own: a ledger has both', async (t) => {
  const store = storeOf(t);
  for (const own of [life, hostStreamOf('node-2')]) {
    const eras = await open(store, 0, own);
    await join(eras);
    t.deepEqual(await eras.closeEra(cause())(), E.right(undefined));
    t.is(eras.stream(), eraOf(own, 2));
  }
});
