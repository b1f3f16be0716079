import { either as E } from 'fp-ts';
import { sha256 } from '../../adapters/system/sha256.ts';
import { allocateAll } from '../../services/ledger/allocate-all.ts';
import { identifyLog } from '../../services/ledger/identify-log.ts';
import type { Owner } from '../loop.ts';
import { openFiles } from '../machine/surroundings.ts';
import { openClock, openTimer } from '../machine/time.ts';
import { journal } from './journal.ts';
import type { LedgerLife } from './ledger-machine.ts';
import { readLedgerHistory } from './make-world.ts';
import type { ClusterWorld } from './world.ts';

export const stateDir = '/var/lib/evio';

/** The server's process begins: it says which log it is, and serves, and decides. */
export const startLedger = (world: ClusterWorld): void => {
  const { loop, ledger, ids, seams } = world;
  world.lives += 1;
  const owner: Owner = { alive: true, name: `ledger ${world.lives}` };
  const life: LedgerLife = { owner, store: undefined, allocators: undefined };
  ledger.life = life;
  ledger.doubled = world.second.life !== undefined;
  const clock = openClock(loop, ledger.wall);
  const store = ledger.disk.open(owner, clock);
  const files = openFiles(ledger.surroundings, ledger.faults, loop, owner);
  const ports = { store, clock, ids, sha256, files, timer: openTimer(loop, owner), log: journal(world) };
  const survey = () => {
    const events = ledger.disk.eventsFrom(0);
    const streams = [...new Set(events.map(({ stream }) => stream))];
    return E.right({ epoch: ledger.disk.epoch(), streams, end: events.at(-1)?.position ?? -1 });
  };
  identifyLog(ports, survey).then(
    (identified) => {
      if (!owner.alive) return;
      if (E.isLeft(identified)) return endLedger(world);
      life.store = store;
      const never = new AbortController().signal;
      life.allocators = allocateAll(seams.allocator?.(ports) ?? ports, stateDir, never);
    },
    (defect) => world.breaks('no defect', `the ledger could not start: ${defect}`),
  );
};

/** The server's process ends in the middle of whatever it did, and everybody who waits for it hears that. */
export const endLedger = ({ loop, ledger }: ClusterWorld): void => {
  const { life } = ledger;
  if (life === undefined) return;
  loop.kill(life.owner, false);
  ledger.life = undefined;
  for (const connection of [...ledger.connections])
    loop.soon(connection.client.owner, 'the connection is reset', () => connection.break('connection reset'));
};

/** The log is put back as it was when the backup was made, as a new epoch. */
export const restoreLedger = (world: ClusterWorld): boolean => {
  const { ledger } = world;
  if (ledger.backup === undefined) return false;
  endLedger(world);
  const { decided } = ledger.history;
  const epoch = ledger.disk.epoch() + 1;
  ledger.disk.putBack(ledger.backup, epoch);
  const kept = ledger.disk.eventsFrom(0).filter(({ stream }) => stream.startsWith('cluster-'));
  decided.set(
    epoch,
    kept.map(({ hash }) => hash),
  );
  readLedgerHistory(world);
  return true;
};
