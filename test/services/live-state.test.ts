import { randomUUID } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import test, { type ExecutionContext } from 'ava';
import { either as E } from 'fp-ts';
import { openMemoryStore } from '../../adapters/memory/open.ts';
import { clock } from '../../adapters/system/clock.ts';
import { ids } from '../../adapters/system/ids.ts';
import { sha256 } from '../../adapters/system/sha256.ts';
import { host as decider } from '../../domain/host/decider.ts';
import { hostEvents } from '../../domain/host/events.ts';
import type { HostState } from '../../domain/host/state.ts';
import type { EventStore } from '../../domain/port/event-store.ts';
import type { Host } from '../../services/agent/ports.ts';
import { eventId } from '../../services/seal-events.ts';
import { isStreamFailure } from '../../services/stream-failure.ts';
import { openAggregate } from '../../services/transact.ts';
import { type Dice, dice } from '../../simulator/random.ts';
import { openAt, scratchFolder } from '../adapters/sqlite/scratch.ts';
import { incarnation } from '../support/events.ts';
import { randomCommand } from '../support/host-commands.ts';
import { type LogReader, readLog } from '../support/log-reader.ts';

const stream = `host-evio:node-1:${incarnation}`;

/** A log and how a restart finds it again. */
type Medium = { readonly store: EventStore; readonly reopen: () => Promise<Medium> };

const onDisk = (path: string, worn: (store: EventStore) => EventStore = (store) => store): Medium => {
  const store = openAt(path);
  return {
    store: worn(store),
    reopen: async () => {
      await store.close();
      return onDisk(path, worn);
    },
  };
};

const inMemory = (store: EventStore): Medium => ({ store, reopen: async () => inMemory(store) });

/** A log whose every n-th append fails and keeps nothing, as on a full disk; those behind it in the same group then conflict. */
const failing =
  (every: number) =>
  (store: EventStore): EventStore => {
    let appends = 0;
    return {
      ...store,
      append: (append) => async () => {
        appends += 1;
        return appends % every === 0
          ? E.left({ type: 'unavailable', reason: 'no space is left' })
          : store.append(append)();
      },
    };
  };

const openHost = async (store: EventStore): Promise<Host> => {
  const opened = await openAggregate(
    { store, clock, ids, sha256 },
    { stream, codecs: hostEvents, decider, incarnation },
  );
  if (E.isLeft(opened)) throw new Error(JSON.stringify(opened.left));
  return opened.right;
};

const readHostLog = (store: EventStore): Promise<LogReader<HostState>> =>
  readLog(store, stream, hostEvents, decider, sha256);

/** What was seen on the way: a sequence that never refuses, restarts or fails would prove little. */
type Seen = { restarts: number; groups: number; refused: number; failed: number; types: Set<string> };

type Asked = { readonly commandId: string; readonly answer: ReturnType<ReturnType<Host['transact']>> };

/** Several at once, so that they are decided on states whose events are still on their way. */
const askSome = (host: Host, roll: Dice, step: number): ReadonlyArray<Asked> =>
  Array.from({ length: roll(4) === 0 ? 1 + roll(8) : 1 }, (_, index) => {
    const commandId = randomUUID();
    const command = randomCommand(roll, step + index);
    const durability = command.type === 'wire-pod' ? 'written' : 'fsync';
    const cause = { actor: 'test', commandId, correlationId: commandId };
    return { commandId, answer: host.transact(command, cause, durability)() };
  });

/** What was answered is in the log, and of what was refused or failed nothing is. */
const hear = async (
  t: ExecutionContext,
  asked: ReadonlyArray<Asked>,
  log: LogReader<HostState>,
  seen: Seen,
) => {
  const answers = await Promise.all(asked.map(({ answer }) => answer));
  await log.catchUp();
  for (const [index, answer] of answers.entries()) {
    const commandId = asked[index]?.commandId ?? '';
    if (E.isLeft(answer)) {
      if (isStreamFailure(answer.left)) seen.failed += 1;
      else seen.refused += 1;
      if (log.has(eventId(ids, commandId, 0))) t.fail(`${JSON.stringify(answer.left)}, but the log has it`);
      continue;
    }
    for (const [n, { type }] of answer.right.entries()) {
      seen.types.add(type);
      if (!log.has(eventId(ids, commandId, n))) t.fail(`${type} was answered, but the log lacks it`);
    }
  }
};

const sameState = (t: ExecutionContext, live: Readonly<HostState>, logged: HostState, when: string): void => {
  if (!isDeepStrictEqual(live, logged)) t.deepEqual(live, logged, when);
};

/** Plays a random life of a node and compares after every step. */
const live = async (t: ExecutionContext, first: Medium, seed: number, commands: number): Promise<Seen> => {
  t.log(`seed ${seed}`);
  const roll = dice(seed);
  const seen: Seen = { restarts: 0, groups: 0, refused: 0, failed: 0, types: new Set() };
  let medium = first;
  let host = await openHost(medium.store);
  let log = await readHostLog(medium.store);
  // An era's change is another stream's beginning: test/services/agent/eras.test.ts.
  const types = Object.keys(hostEvents).filter((type) => !type.startsWith('Era'));
  // Some come once in thousands: a life goes on until each was there, and a few times as long at most.
  const isWhole = (): boolean => types.every((type) => seen.types.has(type));
  for (let step = 0; step < commands || (!isWhole() && step < 4 * commands); ) {
    const asked = askSome(host, roll, step);
    step += asked.length;
    if (asked.length > 1) seen.groups += 1;
    if (roll(Math.ceil(commands / 40)) === 0) {
      seen.restarts += 1;
      // With the last commands still on their way: what they are answered must hold in the next life.
      medium = await medium.reopen();
      log = await readHostLog(medium.store);
      await hear(t, asked, log, seen);
      host = await openHost(medium.store);
      sameState(t, host.state(), log.state(), `restarted after command ${step}, seed ${seed}`);
    } else {
      await hear(t, asked, log, seen);
      sameState(t, host.state(), log.state(), `after command ${step}, seed ${seed}`);
    }
    t.is(host.revision(), log.revision());
  }
  const again = await readHostLog(medium.store);
  t.deepEqual(again.state(), host.state());
  await medium.store.close();
  t.deepEqual([...seen.types].sort(), types.sort(), 'every type of event occurs');
  t.true(seen.restarts >= 5 && seen.groups >= 100 && seen.refused >= 500, JSON.stringify(seen));
  return seen;
};

const anySeed = (): number => Number.parseInt(process.env['EVIO_TEST_SEED'] ?? '', 10) || Date.now() % 1e9;

test('over SQLite the live state is that of the log after each of 10,000 commands and restarts', async (t) => {
  const { failed } = await live(t, onDisk(`${scratchFolder(t)}/ledger.db`), anySeed(), 10_000);
  t.is(failed, 0);
});

test('over memory the live state is that of the log after each of 10,000 commands and restarts', async (t) => {
  const store = openMemoryStore({ clock, newLogId: ids.random, sha256 });
  const { failed } = await live(t, inMemory(store), anySeed(), 10_000);
  t.is(failed, 0);
});

test('an append that fails takes those behind it along, and the live state is that of the log again', async (t) => {
  const worn = failing(7);
  const { failed } = await live(t, onDisk(`${scratchFolder(t)}/ledger.db`, worn), anySeed(), 6000);
  t.true(failed >= 100, `${failed} failed`);
});

test('the same over memory, whose answers come at once', async (t) => {
  const store = openMemoryStore({ clock, newLogId: ids.random, sha256 });
  const { failed } = await live(t, inMemory(failing(5)(store)), anySeed(), 6000);
  t.true(failed >= 100, `${failed} failed`);
});
