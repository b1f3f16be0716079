import test from 'ava';
import { either as E } from 'fp-ts';
import { ids } from '../../adapters/system/ids.ts';
import { sha256 } from '../../adapters/system/sha256.ts';
import { host as decider } from '../../domain/host/decider.ts';
import { hostEvents } from '../../domain/host/events.ts';
import type { Clock } from '../../domain/port/clock.ts';
import { openAggregate } from '../../services/transact.ts';
import { openAt, scratchFolder } from '../adapters/sqlite/scratch.ts';
import { collect } from '../contract/event-store/support.ts';
import { incarnation, leaseObserved, nodeName } from '../support/events.ts';
import { addPod, bootId, deletePod } from '../support/host.ts';
import { askHost, stream } from '../support/kept-host.ts';
import { readLog } from '../support/log-reader.ts';

/** An hour earlier at each command. */
const backwards = () => {
  let hour = 23;
  const clock: Clock = {
    now: () => `2026-06-01T${String(hour).padStart(2, '0')}:00:00.000Z`,
    monotonicMs: () => 0,
  };
  const back = (): void => {
    hour -= 1;
  };
  return { clock, back };
};

test('with a clock that goes backwards, order is by revision and position, and the stamps of the log stay', async (t) => {
  const path = `${scratchFolder(t)}/ledger.db`;
  const { clock, back } = backwards();
  const begin = async () => {
    const store = openAt(path, clock);
    const opened = await openAggregate(
      { store, clock, ids, sha256 },
      { stream, codecs: hostEvents, decider, incarnation },
    );
    if (E.isLeft(opened)) throw new Error(JSON.stringify(opened.left));
    return { store, host: opened.right };
  };
  const { type: _, ...lease } = leaseObserved;
  const commands = [
    { type: 'start', bootId },
    { type: 'request-join', node: nodeName('node-1'), publicKey: 'key' },
    { type: 'observe-lease', ...lease },
    addPod('c1'),
    deletePod('c1'),
    addPod('c1'),
  ] as const;
  for (const command of commands) {
    // A restart before each: neither the writer nor the store remembers a time.
    const { store, host } = await begin();
    await askHost(host, command);
    await store.close();
    back();
  }
  const { store, host } = await begin();
  const all = await collect(store.readAll());
  t.deepEqual(
    all.map(({ revision, position, recordedAt }) => [revision, position, recordedAt]),
    all.map((_event, index) => [index, index, '2026-06-01T23:00:00.000Z']),
  );
  t.deepEqual(
    all.map(({ metadata }) => JSON.parse(metadata).time.slice(11, 13)),
    ['23', '22', '21', '20', '19', '18'],
    'the writer’s own time is kept as it was',
  );
  const folded = await readLog(store, stream, hostEvents, decider, sha256);
  t.deepEqual(host.state(), folded.state());
  t.is(host.state().attachments.size, 1);
  await store.close();
});
