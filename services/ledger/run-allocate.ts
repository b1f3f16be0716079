import { either as E, type taskEither as TE } from 'fp-ts';
import type { LogAddress } from '../../domain/connection-string.ts';
import type { EventStore } from '../../domain/port/event-store.ts';
import type { FilesFailure } from '../../domain/port/files.ts';
import type { StreamFailure } from '../stream-failure.ts';
import { supervise } from '../supervise.ts';
import { type AllocatingPorts, runAllocator } from './allocate.ts';
import type { Life } from './life.ts';
import type { AllocateOptions } from './options.ts';
import { noLedger, type StartFailure } from './start-failure.ts';

export type RunAllocatePorts = Omit<AllocatingPorts, 'store' | 'log'> & {
  readonly openLedger: (address: LogAddress) => TE.TaskEither<StartFailure | StreamFailure, EventStore>;
  readonly ensureFolder: (path: string, mode: number) => TE.TaskEither<FilesFailure, void>;
};

/** `evio-ledger allocate`, until it is asked to end, or cannot go on: then with exit code 1, and what started it may start it again. */
export const runAllocate = async (
  { log, supervisor, give, onEnd }: Life,
  ports: RunAllocatePorts,
  { ledger, cluster, stateDir }: AllocateOptions,
): Promise<void> => {
  const address = give(ledger === undefined ? noLedger : E.right(ledger));
  give(await ports.ensureFolder(stateDir, 0o700)());
  supervisor?.tell({ STATUS: 'reaching the ledger' });
  const store = give(await ports.openLedger(address)());
  const stopping = new AbortController();
  onEnd(async () => stopping.abort());
  const tellStopping =
    supervisor &&
    supervise(supervisor, ports.timer, () => `deciding the requests of ${cluster}`, process.pid);
  log.info('allocating', { cluster, ...store.identity });
  const failure = await runAllocator({ ...ports, store, log }, { cluster, stateDir }, stopping.signal);
  tellStopping?.();
  await store.close();
  log.info('stopped');
  process.exit(failure === undefined ? 0 : 1);
};
