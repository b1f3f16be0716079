import { randomUUID } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import test, { type ExecutionContext } from 'ava';
import { either as E } from 'fp-ts';
import { sha256 } from '../../adapters/system/sha256.ts';
import { host as decider } from '../../domain/host/decider.ts';
import { hostEvents } from '../../domain/host/events.ts';
import { hostStateCodec } from '../../domain/host/stored-state.ts';
import type { EventStore } from '../../domain/port/event-store.ts';
import type { Host } from '../../services/agent/ports.ts';
import { type Dice, dice } from '../../simulator/random.ts';
import { openAt, scratchFolder } from '../adapters/sqlite/scratch.ts';
import { randomCommand } from '../support/host-commands.ts';
import { openKeptHost, stream } from '../support/kept-host.ts';
import { readLog } from '../support/log-reader.ts';

/** Every n-th append fails and keeps nothing, as on a full disk. */
const failing = (store: EventStore, every: number): EventStore => {
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

const ask = (host: Host, roll: Dice, step: number): Promise<unknown> => {
  const commandId = randomUUID();
  const durability = roll(3) === 0 ? 'written' : 'fsync';
  const cause = { actor: 'test', commandId, correlationId: commandId };
  return host.transact(randomCommand(roll, step), cause, durability)();
};

const sameAsFolded = async (t: ExecutionContext, host: Host, store: EventStore, when: string) => {
  const folded = await readLog(store, stream, hostEvents, decider, sha256);
  if (!isDeepStrictEqual(host.state(), folded.state())) t.deepEqual(host.state(), folded.state(), when);
  t.is(hostStateCodec.encode(host.state()), hostStateCodec.encode(folded.state()), when);
  t.is(host.revision(), folded.revision(), when);
};

const anySeed = (): number => Number.parseInt(process.env['EVIO_TEST_SEED'] ?? '', 10) || Date.now() % 1e9;

/**
 * A random life with restarts at every point: snapshots are stored now and then, most restarts come without one (a crash between
 * append and snapshot, or a state that was not all on disk), and what a restart finds is compared with the whole log, folded.
 */
const live = async (t: ExecutionContext, every: number): Promise<void> => {
  const seed = anySeed();
  t.log(`seed ${seed}`);
  const roll = dice(seed);
  const path = `${scratchFolder(t)}/ledger.db`;
  let [restarts, unkept] = [0, 0];
  const keeping: Promise<unknown>[] = [];
  let store = openAt(path);
  let { host } = await openKeptHost(failing(store, every), path);
  for (let step = 0; step < 1200; step += 1) {
    const asked = Array.from({ length: 1 + roll(4) }, () => ask(host, roll, step));
    if (roll(6) === 0) keeping.push(host.keep(1 + roll(50)));
    await Promise.all(asked);
    if (roll(6) === 0) await host.keep(1 + roll(50));
    if (roll(25) !== 0) continue;
    await store.close();
    store = openAt(path);
    const again = await openKeptHost(failing(store, every), path);
    host = again.host;
    restarts += 1;
    unkept += again.said.length;
    await sameAsFolded(t, host, store, `restarted after step ${step}, seed ${seed}`);
  }
  await sameAsFolded(t, host, store, `at the end, seed ${seed}`);
  await Promise.all(keeping);
  await store.close();
  t.true(
    restarts >= 20 && unkept <= restarts / 4,
    `${restarts} restarts, ${unkept} folds without a snapshot`,
  );
};

test('what a start finds with snapshots is what folding the whole log gives, at every point of a history', async (t) => {
  await live(t, Number.POSITIVE_INFINITY);
});

test('so it is when appends fail in between', async (t) => {
  await live(t, 7);
});
