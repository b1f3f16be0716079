import { join } from 'node:path';
import type { ExecutionContext } from 'ava';
import { taskEither as TE } from 'fp-ts';
import { defaultLimits, type WireLimits } from '../../../adapters/esdb-server/limits.ts';
import {
  openWireServer,
  type WireServer,
  type WireServerOptions,
} from '../../../adapters/esdb-server/open.ts';
import { compilePattern } from '../../../adapters/re2/compile.ts';
import { ids } from '../../../adapters/system/ids.ts';
import type { Access } from '../../../domain/port/access.ts';
import type { ClientLog } from '../../../domain/port/client-log.ts';
import { realClock } from '../../contract/event-store/support.ts';
import { must } from '../../support/must.ts';
import { openAt, scratchFolder } from '../sqlite/scratch.ts';

/** Anybody may do anything. */
export const openAccess: Access = {
  authenticate: () =>
    TE.right({ name: 'anybody', may: () => TE.right(undefined), revoked: new AbortController().signal }),
};

export type StartedServer = {
  readonly server: WireServer;
  readonly url: string;
  readonly log: ClientLog;
  /** Closes the log under the server. */
  readonly closeLog: () => Promise<void>;
  /** What the server said, `level message`. */
  readonly said: ReadonlyArray<string>;
};

type Options = Partial<Omit<WireServerOptions, 'limits' | 'log'>> & {
  readonly limits?: Partial<WireLimits>;
  /** The log as the server is to have it. */
  readonly seen?: (log: ClientLog) => ClientLog;
};

/** A server over a fresh SQLite log, and the connection string of its plain text. Both end with the test. */
export const startServer = async (
  t: ExecutionContext,
  { limits, seen = (log) => log, ...options }: Options = {},
): Promise<StartedServer> => {
  const store = openAt(join(scratchFolder(t), 'ledger.db'), options.clock ?? realClock);
  const said: string[] = [];
  const saying = (level: string) => (message: string) => void said.push(`${level} ${message}`);
  const server = must(
    await openWireServer({
      log: seen(store.clients),
      address: '127.0.0.1',
      port: 0,
      access: openAccess,
      clock: realClock,
      ids,
      compile: compilePattern,
      journal: {
        debug: saying('debug'),
        info: saying('info'),
        warn: saying('warn'),
        error: saying('error'),
      },
      observer: { called: () => undefined, appended: () => undefined, sent: () => undefined },
      ...options,
      limits: { ...defaultLimits, ...limits },
    }),
  );
  t.teardown(async () => {
    await server.close(1000);
    await store.close();
  });
  return {
    server,
    log: store.clients,
    closeLog: store.close,
    url: `esdb://127.0.0.1:${server.port}?tls=false`,
    said,
  };
};
