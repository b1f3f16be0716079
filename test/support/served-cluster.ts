import type { ExecutionContext } from 'ava';
import type { EventStore, RecordedEvent } from '../../domain/port/event-store.ts';
import { scratchFolder } from '../adapters/sqlite/scratch.ts';
import { insecurely, spawnLedger } from '../services/ledger/server-process.ts';
import { cause, openCluster, opened } from './allocator.ts';
import { configuration } from './cluster.ts';
import { freePort } from './free-port.ts';
import { openOverWire, plainAddress } from './wire.ts';

/** A real `evio-ledger serve` with a configured cluster and its allocator, and the port that an observer has of it. */
export const serveCluster = async (t: ExecutionContext, configured = configuration) => {
  const [folder, port] = [scratchFolder(t), await freePort()];
  const start = async () => {
    const server = spawnLedger(t, ...insecurely(folder, port));
    await server.says('serving');
    return server;
  };
  const server = await start();
  const store = await openOverWire(t, port);
  await opened((await openCluster(store)).transact({ type: 'configure', ...configured }, cause())());
  return { folder, port, server, start, store, address: plainAddress(port) };
};

/** All that a copy must not change. */
const kept = ({ stream, revision, id, type, payload, metadata, hash }: RecordedEvent) => ({
  stream,
  revision,
  id,
  type,
  payload,
  metadata,
  hash,
});

/** A stream's events without what each log gives them of its own. */
export const eventsOf = async (store: Pick<EventStore, 'readStream'>, stream: string) =>
  (await Array.fromAsync(store.readStream(stream))).map(kept);
