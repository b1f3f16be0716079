import { availableParallelism } from 'node:os';
import { either as E } from 'fp-ts';
import type { Access } from '../../domain/port/access.ts';
import type { AskWhoHad } from '../../domain/port/ask-who-had.ts';
import type { ClientLog } from '../../domain/port/client-log.ts';
import type { Clock } from '../../domain/port/clock.ts';
import type { Ids } from '../../domain/port/ids.ts';
import type { Log } from '../../domain/port/log.ts';
import type { CompilePattern } from '../../domain/port/pattern.ts';
import { type Certificate, type GrpcListener, type ListenFailure, listenGrpc } from './grpc/listen.ts';
import type { GrpcStatus } from './grpc/status.ts';
import { openPages, type WireLimits } from './limits.ts';
import { notServed } from './methods/persistent-subscriptions.ts';
import { openStayAwake } from './methods/stay-awake.ts';
import { methodsOver } from './methods/table.ts';
import { openGathering } from './read/gather.ts';

export type WireServerOptions = {
  readonly log: ClientLog;
  readonly address: string;
  /** 0: any that is free. */
  readonly port: number;
  /** Without it everything is plain text, and clients send no credentials. */
  readonly tls?: Certificate;
  readonly access: Access;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly compile: CompilePattern;
  /** Absent where no index of the log is kept. */
  readonly whoHad?: AskWhoHad;
  readonly limits: WireLimits;
  readonly journal: Log;
  readonly observer: WireObserver;
};

/** What happens, for whoever counts it. */
export type WireObserver = {
  /** A call has ended: its path, and gRPC's code. */
  readonly called: (path: string, code: GrpcStatus['code'], seconds: number) => void;
  /** An append was done. */
  readonly appended: (events: number, seconds: number) => void;
  /** Events have left for a reader. */
  readonly sent: (events: number) => void;
};

export type WireServer = Pick<GrpcListener, 'port' | 'connections' | 'renewCertificate'> & {
  /** Open subscriptions. */
  readonly subscriptions: () => number;
  /**
   * Takes no new call, ends readers (UNAVAILABLE), lets appends under way finish and be answered, and resolves when all connections are closed;
   * after `graceMs` they are cut.
   */
  readonly close: (graceMs: number) => Promise<void>;
};

/** Serves the log over EventStoreDB's gRPC protocol (versions 20.6 to 24), until it is closed. The log stays open. */
export const openWireServer = async (
  options: WireServerOptions,
): Promise<E.Either<ListenFailure, WireServer>> => {
  const { log, access, clock, ids, compile, limits, journal, observer } = options;
  const closing = new AbortController();
  let subscriptions = 0;
  const processors = availableParallelism();
  const listener = await listenGrpc({
    ...limits,
    openPages: openPages(limits),
    address: options.address,
    port: options.port,
    ...(options.tls && { tls: options.tls }),
    methods: methodsOver({
      log,
      clock,
      ids,
      compile,
      ...(options.whoHad && { whoHad: options.whoHad }),
      most: { bytes: limits.appendBytes, events: limits.appendEvents },
      appended: observer.appended,
      openAwake: () => openStayAwake({ now: () => performance.now(), soon: setImmediate, processors }),
      sent: observer.sent,
      gather: openGathering(),
      subscribers: () => subscriptions,
      subscribed: () => {
        subscriptions += 1;
        return () => {
          subscriptions -= 1;
        };
      },
    }),
    unknown: notServed,
    access,
    log: journal,
    closing: closing.signal,
    callEnded: (path, { code }, seconds) => observer.called(path, code, seconds),
  });
  return E.map(
    ({ port, connections, renewCertificate, close }: GrpcListener): WireServer => ({
      port,
      connections,
      renewCertificate,
      subscriptions: () => subscriptions,
      close: (graceMs) => {
        closing.abort();
        return close(graceMs);
      },
    }),
  )(listener);
};
