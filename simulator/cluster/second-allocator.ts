import { either as E } from 'fp-ts';
import { sha256 } from '../../adapters/system/sha256.ts';
import { runAllocator } from '../../services/ledger/allocate.ts';
import type { Owner } from '../loop.ts';
import { noFaults } from '../machine/faults.ts';
import { openFiles } from '../machine/surroundings.ts';
import { openClock, openTimer } from '../machine/time.ts';
import { openPath } from './host.ts';
import { journal } from './journal.ts';
import { stateDir } from './ledger-life.ts';
import { connectAgain } from './wire.ts';
import { type ClusterWorld, cluster } from './world.ts';

/** No two machines have the same time. */
const aheadMs = 7000;

export const startSecond = (world: ClusterWorld): void => {
  const { loop, ids, second, seams, ledger } = world;
  world.lives += 1;
  const owner: Owner = { alive: true, name: `second allocator ${world.lives}` };
  second.life = owner;
  second.everRan = true;
  ledger.doubled = true;
  const over = (): void => {
    if (second.life === owner) endSecond(world);
  };
  const run = async (): Promise<void> => {
    const opened = await connectAgain(world, { owner, name: owner.name, path: openPath() });
    if (E.isLeft(opened)) return;
    const surroundings = { files: second.files, settings: new Map<string, string>(), masquerade: undefined };
    const files = openFiles(surroundings, noFaults(), loop, owner);
    const clock = openClock(loop, { offsetMs: aheadMs });
    const timer = openTimer(loop, owner);
    const ports = { store: opened.right, clock, ids, sha256, files, timer, log: journal(world) };
    await runAllocator(
      seams.allocator?.(ports) ?? ports,
      { cluster, stateDir },
      new AbortController().signal,
    );
  };
  run().then(over, (defect) => world.breaks('no defect', `the second allocator: ${defect}`));
};

export const endSecond = ({ loop, second }: ClusterWorld): void => {
  if (second.life !== undefined) loop.kill(second.life, false);
  second.life = undefined;
};
