import { either as E } from 'fp-ts';
import type { HttpHandler } from '../../domain/port/http.ts';
import { answering, type Server } from './answering.ts';

export type ListenFailure = {
  readonly type: 'listen-failed';
  readonly address: string;
  readonly reason: string;
};

/** A scraper and some probes; whoever else knocks must not use up the process's files. */
const mostConnections = 64;

/** Serves HTTP on a TCP address: for what anybody who can reach it may ask. */
export const serveTcp = async (
  { host, port }: { readonly host: string; readonly port: number },
  handler: HttpHandler,
  onDefect: (error: unknown) => void,
): Promise<E.Either<ListenFailure, Server>> => {
  const { server, close } = answering(handler, onDefect);
  server.maxConnections = mostConnections;
  try {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen({ host, port }, resolve);
    });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return E.left({ type: 'listen-failed', address: `${host}:${port}`, reason });
  }
  return E.right({ close });
};
