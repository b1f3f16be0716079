import { either as E } from 'fp-ts';
import { type EnsureFolder, optionFolder } from '../option-folder.ts';
import { supervise } from '../supervise.ts';
import { type AllocatingPorts, runAllocator } from './allocate.ts';
import type { Life } from './life.ts';
import type { AllocateOptions } from './options.ts';
import { type OpenLedger, reachLedger } from './reach.ts';
import { noLedger } from './start-failure.ts';

export type RunAllocatePorts = Omit<AllocatingPorts, 'store' | 'log'> & {
  readonly openLedger: OpenLedger;
  readonly ensureFolder: EnsureFolder;
};

/** `evio-ledger allocate`, until it is asked to end, or cannot go on: then with exit code 1, and what started it may start it again. */
export const runAllocate = async (
  { log, supervisor, give, onEnd }: Life,
  ports: RunAllocatePorts,
  { ledger, cluster, stateDir }: AllocateOptions,
): Promise<void> => {
  const address = give(ledger === undefined ? noLedger : E.right(ledger));
  give(await optionFolder(ports.ensureFolder)('--state-dir', stateDir, 0o700));
  supervisor?.tell({ STATUS: 'reaching the ledger' });
  const stopping = new AbortController();
  onEnd(async () => stopping.abort());
  const reached = await reachLedger({ ...ports, log }, address, stopping.signal);
  if (stopping.signal.aborted) {
    if (E.isRight(reached)) await reached.right.close();
    log.info('stopped');
    process.exit(0);
  }
  const store = give(reached);
  const tellStopping =
    supervisor &&
    supervise(supervisor, ports.timer, () => `deciding the requests of ${cluster}`, process.pid);
  log.info('allocating', { cluster, ...store.identity });
  const remote = address.store !== 'sqlite';
  const failure = await runAllocator(
    { ...ports, store, log, remote },
    { cluster, stateDir },
    stopping.signal,
  );
  tellStopping?.();
  await store.close();
  log.info('stopped');
  process.exit(failure === undefined ? 0 : 1);
};
