import { createSecureServer, createServer, type Http2Server, type ServerHttp2Session } from 'node:http2';
import type { AddressInfo, Socket } from 'node:net';
import { either as E } from 'fp-ts';
import { byteBudget } from './byte-budget.ts';
import { type ListenFailed, listening } from './listening.ts';
import { type CallService, serveCall } from './serve-call.ts';
import { slots } from './slots.ts';
import { refusedAs, trailersOf } from './status.ts';
import { watchOver } from './watch-over.ts';

/** PEM: the certificate with those between it and the root, and its key. */
export type Certificate = { readonly cert: string; readonly key: string };

export type ListenOptions = CallService & {
  readonly address: string;
  /** 0: any that is free. */
  readonly port: number;
  /** Without it connections are plain text. */
  readonly tls?: Certificate;
  readonly connections: number;
  readonly callsPerConnection: number;
  /** What a connection's calls may hold of requests that are not done yet. */
  readonly uploadBytes: number;
  /** Pages that the readers of one connection may have open, and those of all. */
  readonly openPages: { readonly each: number; readonly all: number };
  /** A connection whose other end has not answered a ping for so long is dropped. */
  readonly vanishedMs: number;
  /** A connection on which nobody was let in for so long is dropped: it keeps others from one. */
  readonly unknownMs: number;
};

export type ListenFailure = ListenFailed | { readonly type: 'certificate-refused'; readonly reason: string };

export type GrpcListener = {
  readonly port: number;
  readonly connections: () => number;
  /** New connections get this certificate; those that are open keep theirs. Left: it is none, and the one before stays. */
  readonly renewCertificate: (certificate: Certificate) => E.Either<ListenFailure, void>;
  /** Takes no new connection, tells those that are open to go (GOAWAY), and resolves when they have or after `graceMs`. */
  readonly close: (graceMs: number) => Promise<void>;
};

/** How far an upload may go ahead of its reading: for one call, and for a connection. */
const callWindow = 1 << 20;
const connectionWindow = 8 << 20;

/** So many connections more than the limit get an answer in words before they are closed. */
const toldAboutLimit = 32;

/** Megabytes that nghttp2 may hold for one connection: a full page for each of many slow readers. */
const sessionMemory = 256;

const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** Serves gRPC over HTTP/2 (github.com/grpc/grpc, doc/PROTOCOL-HTTP2.md). */
export const listenGrpc = async (options: ListenOptions): Promise<E.Either<ListenFailure, GrpcListener>> => {
  const { address, port, tls, log } = options;
  const settings = {
    settings: { initialWindowSize: callWindow, maxConcurrentStreams: options.callsPerConnection },
    maxSessionMemory: sessionMemory,
  };
  let server: Http2Server & { readonly setSecureContext?: (context: Certificate) => void };
  try {
    server =
      tls === undefined
        ? createServer(settings)
        : createSecureServer({ ...settings, ...tls, minVersion: 'TLSv1.2', handshakeTimeout: 10_000 });
  } catch (error) {
    return E.left({ type: 'certificate-refused', reason: reasonOf(error) });
  }
  const allPages = slots(options.openPages.all);
  const sessions = new Set<ServerHttp2Session>();
  const { connections } = options;
  server.maxConnections = connections + toldAboutLimit;
  const full = refusedAs(
    'resourceExhausted',
    `${connections} connections are open, as many as are taken: close some, or let the server take more`,
  );

  const said = (message: string) => (error: unknown) => log.debug(message, { reason: reasonOf(error) });
  server.on('session', (session) => {
    session.setLocalWindowSize(connectionWindow);
    const unknown = setTimeout(() => session.destroy(), options.unknownMs).unref();
    const shared = {
      letIn: () => clearTimeout(unknown),
      uploads: byteBudget(options.uploadBytes),
      pages: slots(options.openPages.each, allPages),
    };
    const refused = sessions.size >= connections;
    sessions.add(session);
    const stopWatching = watchOver(session, options.vanishedMs);
    session.once('close', () => {
      sessions.delete(session);
      clearTimeout(unknown);
      stopWatching();
    });
    if (refused) session.setTimeout(10_000, () => session.destroy());
    session.on('stream', (stream, headers) => {
      if (!refused) {
        void serveCall(options, stream, headers, shared);
        return;
      }
      stream.on('error', () => undefined);
      stream.respond(
        { ':status': 200, 'content-type': 'application/grpc', ...trailersOf(full) },
        { endStream: true },
      );
      session.close();
    });
  });
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  server.on('sessionError', said('a connection that does not speak HTTP/2 was ended'));
  server.on('tlsClientError', (error, socket: Socket) => {
    said('a connection without a TLS handshake was ended')(error);
    socket.destroy();
  });
  server.on('unknownProtocol', (socket: Socket) => {
    said('a connection that does not ask for HTTP/2 was ended')('no ALPN h2');
    socket.destroy();
  });

  const listens = await listening(server, { address, port })();
  if (E.isLeft(listens)) return listens;
  server.on('error', said('the listening socket said'));

  return E.right({
    port: (server.address() as AddressInfo).port,
    connections: () => sessions.size,
    renewCertificate: (certificate) =>
      E.tryCatch(
        () => server.setSecureContext?.(certificate),
        (error): ListenFailure => ({ type: 'certificate-refused', reason: reasonOf(error) }),
      ),
    close: async (graceMs) => {
      const closed = Promise.all([
        new Promise<void>((resolve) => server.close(() => resolve())),
        ...[...sessions].map((session) => new Promise<void>((resolve) => session.once('close', resolve))),
      ]);
      for (const session of sessions) session.close();
      const late = setTimeout(() => {
        // Among them those that never got as far as a session.
        for (const socket of sockets) socket.destroy();
      }, graceMs);
      await closed;
      clearTimeout(late);
    },
  });
};
