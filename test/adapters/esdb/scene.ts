import { join } from 'node:path';
import type { ExecutionContext } from 'ava';
import type { WireServerOptions } from '../../../adapters/esdb-server/open.ts';
import { ids } from '../../../adapters/system/ids.ts';
import { seal } from '../../../domain/chain.ts';
import type { EventToAppend, StreamHead } from '../../../domain/port/event-store.ts';
import { realClock, sha256, upTo } from '../../contract/event-store/support.ts';
import { cuttingProxy } from '../../support/cutting-proxy.ts';
import { openOverWire, serveLog } from '../../support/wire.ts';
import { openAt, scratchFolder } from '../sqlite/scratch.ts';

export const never = (): AbortSignal => new AbortController().signal;

/** A log behind our server, and a proxy before that, which is all that clients know of. */
export const scene = async (t: ExecutionContext, options: Partial<WireServerOptions> = {}) => {
  const log = openAt(join(scratchFolder(t), 'ledger.db'));
  let server = await serveLog(log.clients, realClock, options);
  const { port } = server;
  const proxy = await cuttingProxy(t, port);
  t.teardown(async () => {
    await server.close(100);
    await log.close();
  });
  return {
    log,
    proxy,
    open: (options = '') => openOverWire(t, proxy.port, realClock, undefined, options),
    /** Gives the port that is free now. */
    stop: async () => {
      await server.close(0);
      return port;
    },
    start: async () => {
      server = await serveLog(log.clients, realClock, { ...options, port });
    },
  };
};

/** Events as their writer completes them behind a head. */
export const ledgerEvents = (
  stream: string,
  head: Pick<StreamHead, 'revision' | 'hash'> | undefined,
  count: number,
): ReadonlyArray<EventToAppend> =>
  seal(
    sha256,
    stream,
    head,
    upTo(count).map((index) => {
      const id = ids.random();
      const times = { schema: 1, time: realClock.now(), actor: 'test', incarnation: id };
      const metadata = { ...times, $causationId: id, $correlationId: id };
      return { id, type: 'Counted', payload: `{"index":${index}}`, metadata };
    }),
  );

export const stream = 'cluster-evio';
