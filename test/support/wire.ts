import { join } from 'node:path';
import type { ExecutionContext } from 'ava';
import { taskEither as TE } from 'fp-ts';
import { openEsdbStore } from '../../adapters/esdb/open.ts';
import { defaultLimits } from '../../adapters/esdb-server/limits.ts';
import { openWireServer, type WireServer, type WireServerOptions } from '../../adapters/esdb-server/open.ts';
import { compilePattern } from '../../adapters/re2/compile.ts';
import { ids } from '../../adapters/system/ids.ts';
import { sha256 } from '../../adapters/system/sha256.ts';
import { timer } from '../../adapters/system/timer.ts';
import type { Access } from '../../domain/port/access.ts';
import type { ClientLog } from '../../domain/port/client-log.ts';
import type { Clock } from '../../domain/port/clock.ts';
import type { EventStore } from '../../domain/port/event-store.ts';
import { openAt, scratchFolder } from '../adapters/sqlite/scratch.ts';
import { realClock } from '../contract/event-store/support.ts';
import { freePort } from './free-port.ts';
import { must } from './must.ts';

/** Anybody may do anything. */
const openAccess: Access = {
  authenticate: () =>
    TE.right({ name: 'anybody', may: () => TE.right(undefined), revoked: new AbortController().signal }),
};

const silent = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

/** Our server over a log, in plain text on this machine. */
export const serveLog = async (
  log: ClientLog,
  clock: Clock,
  options: Partial<WireServerOptions> = {},
): Promise<WireServer> =>
  must(
    await openWireServer({
      log,
      address: '127.0.0.1',
      port: await freePort(),
      access: openAccess,
      clock,
      ids,
      compile: compilePattern,
      limits: { ...defaultLimits, appendBytes: 12 * 1024 * 1024, appendEvents: 25_000 },
      journal: silent,
      observer: { called: () => {}, appended: () => {}, sent: () => {} },
      ...options,
    }),
  );

export const plainAddress = (port: number): string => `esdb://127.0.0.1:${port}?tls=false`;

/** The event store port over the wire; closed with the test. */
export const openOverWire = async (
  t: ExecutionContext,
  port: number,
  clock: Clock = realClock,
  /** The contract's streams have names of all kinds. */
  isOurs: (stream: string) => boolean = () => true,
  options = '',
): Promise<EventStore> => {
  // Many tests share a process with their servers.
  const text = `${plainAddress(port)}&defaultDeadline=60000${options}`;
  const store = must(await openEsdbStore({ text, clock, timer, ids, sha256, isOurs }));
  t.teardown(() => store.close());
  return store;
};

/** A fresh log behind our server, and the event store port over its wire; all of it closed with the test. */
export const openServed = async (t: ExecutionContext, clock: Clock): Promise<EventStore> => {
  const log = openAt(join(scratchFolder(t), 'ledger.db'), clock);
  const server = await serveLog(log.clients, clock);
  const store = await openOverWire(t, server.port, clock);
  t.teardown(async () => {
    await store.close();
    await server.close(1000);
    await log.close();
  });
  return store;
};
