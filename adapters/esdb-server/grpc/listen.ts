import { createSecureServer, createServer, type Http2Server, type ServerHttp2Session } from 'node:http2';
import type { AddressInfo, Socket } from 'node:net';
import { either as E } from 'fp-ts';
import { type ListenFailed, listening } from './listening.ts';
import { type SessionOptions, sessionServer } from './serve-session.ts';

/** PEM: the certificate with those between it and the root, and its key. */
export type Certificate = { readonly cert: string; readonly key: string };

export type ListenOptions = SessionOptions & {
  readonly address: string;
  /** 0: any that is free. */
  readonly port: number;
  /** Without it connections are plain text. */
  readonly tls?: Certificate;
  readonly callsPerConnection: number;
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

/** How far a call's upload may go ahead of its reading. */
const callWindow = 1 << 20;

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
  const sessions = new Set<ServerHttp2Session>();
  server.maxConnections = options.connections + toldAboutLimit;
  server.on('session', sessionServer(options, sessions));
  const said = (message: string) => (error: unknown) => log.debug(message, { reason: reasonOf(error) });
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
