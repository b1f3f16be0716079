import { randomUUID } from 'node:crypto';
import test from 'ava';
import { either as E } from 'fp-ts';
import { openMemoryStore } from '../../adapters/memory/open.ts';
import { clock } from '../../adapters/system/clock.ts';
import { ids } from '../../adapters/system/ids.ts';
import { sha256 } from '../../adapters/system/sha256.ts';
import { seal } from '../../domain/chain.ts';
import type { HostCommand } from '../../domain/host/command.ts';
import { host as decider } from '../../domain/host/decider.ts';
import { hostEvents } from '../../domain/host/events.ts';
import type { Append, EventStore } from '../../domain/port/event-store.ts';
import type { Host } from '../../services/agent/ports.ts';
import { isStreamFailure } from '../../services/stream-failure.ts';
import { openAggregate } from '../../services/transact.ts';
import { collect } from '../contract/event-store/support.ts';
import { incarnation, leaseObserved, nodeName } from '../support/events.ts';
import { addPod, deletePod, wirePod } from '../support/host.ts';

const stream = `host-evio:node-1:${incarnation}`;
const memory = (): EventStore => openMemoryStore({ clock, newLogId: ids.random, sha256 });
const tryOpen = (store: EventStore) =>
  openAggregate({ store, clock, ids, sha256 }, { stream, codecs: hostEvents, decider, incarnation });

const open = async (store: EventStore): Promise<Host> => {
  const opened = await tryOpen(store);
  if (E.isLeft(opened)) throw new Error(JSON.stringify(opened.left));
  return opened.right;
};

const cause = (commandId: string = randomUUID()) => ({
  actor: 'test',
  commandId,
  correlationId: randomUUID(),
});
const ask = (host: Host, command: HostCommand, commandId?: string) =>
  host.transact(command, cause(commandId))();

const requestJoin: HostCommand = { type: 'request-join', node: nodeName('node-1'), publicKey: 'key' };
const { type: _, ...lease } = leaseObserved;
const observeLease: HostCommand = { type: 'observe-lease', ...lease };

const openJoined = async (store: EventStore): Promise<Host> => {
  const host = await open(store);
  for (const command of [{ type: 'start' as const, bootId: 'boot' }, requestJoin, observeLease])
    await ask(host, command);
  return host;
};

/** A log in which one pod is reserved and not yet wired. */
const withReservedPod = async (): Promise<EventStore> => {
  const store = memory();
  await ask(await openJoined(store), addPod('c1'));
  return store;
};

const typesIn = async (store: EventStore): Promise<ReadonlyArray<string>> =>
  (await collect(store.readAll())).map(({ type }) => type);

/** Appends wait until they are let go, one by one, with the answer that is given for them. */
const gated = (store: EventStore) => {
  const waiting: Array<(answer: 'through' | 'fail') => void> = [];
  const append: EventStore['append'] = (wanted) => async () => {
    const answer = await new Promise<'through' | 'fail'>((go) => waiting.push(go));
    return answer === 'through'
      ? store.append(wanted)()
      : E.left({ type: 'unavailable', reason: 'no space is left' });
  };
  const letGo = (answer: 'through' | 'fail' = 'through'): void => waiting.shift()?.(answer);
  return { store: { ...store, append }, letGo, waiting };
};

/** Whether the promise is settled after a few turns of the event loop. */
const isSettled = (promise: Promise<unknown>): Promise<boolean> =>
  Promise.race([promise.then(() => true), new Promise<boolean>((done) => setTimeout(done, 20, false))]);

test('the same command with the same id is one command', async (t) => {
  const store = await withReservedPod();
  const host = await open(store);
  const id = randomUUID();
  t.true(E.isRight(await ask(host, wirePod('c1'), id)));
  t.deepEqual(await ask(host, wirePod('c1'), id), E.right([]));
  t.deepEqual((await typesIn(store)).slice(-2), ['PodAdded', 'PodWired']);
});

test('a command id whose events are in the log is not used for new ones', async (t) => {
  const store = memory();
  const host = await openJoined(store);
  const id = randomUUID();
  await ask(host, addPod('c1'), id);
  await ask(host, deletePod('c1'));
  const before = structuredClone(host.state());
  t.deepEqual(
    await ask(host, addPod('c1'), id),
    E.left({ type: 'duplicate-event-id', id: ids.derive(id, '0') }),
  );
  t.deepEqual(host.state(), before);
  t.is((await typesIn(store)).at(-1), 'PodDeleted');
});

test('a second writer is told of the conflict, learns what the first one wrote, and then may write', async (t) => {
  const store = memory();
  const [one, other] = [await open(store), await open(store)];
  await ask(one, { type: 'start', bootId: 'boot' });
  t.deepEqual(
    await ask(other, requestJoin),
    E.left({ type: 'conflict', stream, expected: 'no-stream', actual: 0 }),
  );
  t.deepEqual([other.state(), other.revision()], [one.state(), one.revision()]);
  t.true(E.isRight(await ask(other, requestJoin)));
  t.deepEqual(await typesIn(store), ['HostStarted', 'JoinRequested']);
});

const strange = (more: { readonly type?: string; readonly payload?: string; readonly schema?: number }) =>
  seal(sha256, stream, undefined, [
    {
      id: randomUUID(),
      type: more.type ?? 'HostStarted',
      payload: more.payload ?? '{"bootId":"boot"}',
      metadata: {
        schema: more.schema ?? 1,
        time: clock.now(),
        actor: 'test',
        incarnation,
        $causationId: randomUUID(),
        $correlationId: randomUUID(),
      },
    },
  ]);

const unreadable = [
  ['of a type from the future', { type: 'PodMoved' }, 'unknown-event'],
  ['of a version from the future', { schema: 9 }, 'unknown-event'],
  ['without what its type needs', { payload: '{}' }, 'unreadable-payload'],
  ['that is no JSON', { payload: 'boot' }, 'unreadable-payload'],
] as const;

for (const [which, more, type] of unreadable) {
  test(`a stream with an event ${which} is not opened, and the event is named`, async (t) => {
    const store = memory();
    const events = strange(more);
    await store.append({ stream, expectedRevision: 'no-stream', events })();
    const opened = await tryOpen(store);
    t.like(opened, { _tag: 'Left', left: { type, id: events[0]?.id } });
  });
}

test('an event with a foreign envelope is not opened, and the event is named', async (t) => {
  const store = memory();
  const [event] = strange({});
  if (event === undefined) return t.fail();
  await store.append({ stream, expectedRevision: 'no-stream', events: [{ ...event, metadata: '{}' }] })();
  t.like(await tryOpen(store), { _tag: 'Left', left: { type: 'unreadable-envelope', id: event.id } });
});

test('when another writer leaves what cannot be read, nothing more is decided', async (t) => {
  const store = memory();
  const host = await open(store);
  await store.append({ stream, expectedRevision: 'no-stream', events: strange({ type: 'PodMoved' }) })();
  t.like(await ask(host, requestJoin), { _tag: 'Left', left: { type: 'conflict' } });
  t.like(await ask(host, requestJoin), { _tag: 'Left', left: { type: 'unknown-event', event: 'PodMoved' } });
  t.deepEqual(await typesIn(store), ['PodMoved']);
});

test('a log that cannot be read is not opened', async (t) => {
  const store = memory();
  await store.close();
  t.deepEqual(await tryOpen(store), E.left({ type: 'unavailable', reason: 'the log is closed' }));
});

test('an append is flushed unless the caller says that written is enough', async (t) => {
  const store = memory();
  const asked: Array<Append['durability']> = [];
  const append: EventStore['append'] = (wanted) => {
    asked.push(wanted.durability);
    return store.append(wanted);
  };
  const host = await openJoined({ ...store, append });
  asked.length = 0;
  await ask(host, addPod('c1'));
  await host.transact(wirePod('c1'), cause(), 'written')();
  t.deepEqual(asked, ['fsync', 'written']);
});

test('nothing left to do is not said before what did it is in the log', async (t) => {
  const gate = gated(await withReservedPod());
  const host = await open(gate.store);
  const first = ask(host, wirePod('c1'));
  const again = ask(host, wirePod('c1'));
  t.false(await isSettled(again));
  gate.letGo();
  t.true(E.isRight(await first));
  t.deepEqual(await again, E.right([]));
});

test('nothing left to do is not said of what never came into the log', async (t) => {
  const gate = gated(await withReservedPod());
  const host = await open(gate.store);
  const asked = [ask(host, wirePod('c1')), ask(host, wirePod('c1'))];
  gate.letGo('fail');
  for (const answer of asked) t.like(await answer, { _tag: 'Left', left: { type: 'unavailable' } });
  t.deepEqual(
    [...host.state().attachments.values()].map(({ status }) => status),
    ['reserved'],
  );
});

test('after a failure nothing is decided before the appends behind it have their answers', async (t) => {
  const store = memory();
  const gate = gated(store);
  const host = await open(gate.store);
  const failed = ask(host, { type: 'start', bootId: 'boot' });
  const behind = ask(host, requestJoin);
  gate.letGo('fail');
  t.false(await isSettled(failed));
  const next = ask(host, { type: 'start', bootId: 'boot' });
  t.false(await isSettled(next));
  t.is(gate.waiting.length, 1, 'the next command has not been decided yet');
  gate.letGo();
  t.like(await behind, { _tag: 'Left', left: { type: 'conflict' } });
  t.like(await failed, { _tag: 'Left', left: { type: 'unavailable' } });
  t.false(await isSettled(next));
  gate.letGo();
  t.true(E.isRight(await next));
  t.deepEqual(await typesIn(store), ['HostStarted']);
});

test('what the log refuses is told apart from what a decision refuses', async (t) => {
  const host = await open(memory());
  const refused = await ask(host, addPod('c1'));
  t.true(E.isLeft(refused) && !isStreamFailure(refused.left));
  t.true(isStreamFailure({ type: 'unavailable', reason: '' }));
});
