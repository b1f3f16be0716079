import type { ServerHttp2Session } from 'node:http2';
import type { openPages } from '../limits.ts';
import { byteBudget } from './byte-budget.ts';
import { openOutflow } from './outflow.ts';
import { type CallService, serveCall } from './serve-call.ts';
import { slots } from './slots.ts';
import { refusedAs, trailersOf } from './status.ts';
import { watchOver } from './watch-over.ts';

export type SessionOptions = CallService & {
  readonly connections: number;
  /** What a connection's calls may hold of requests that are not done yet. */
  readonly uploadBytes: number;
  readonly openPages: ReturnType<typeof openPages>;
  /** A connection whose other end has not answered a ping for so long is dropped. */
  readonly vanishedMs: number;
  /** A connection on which nobody was let in for so long is dropped: it keeps others from one. */
  readonly unknownMs: number;
};

/** How far the uploads of a connection may go ahead of their reading. */
const connectionWindow = 8 << 20;

/** Serves the calls of each connection; `sessions` are those that are open. One over the limit is told so at its first call, and closed. */
export const sessionServer = (
  options: SessionOptions,
  sessions: Set<ServerHttp2Session>,
): ((session: ServerHttp2Session) => void) => {
  const { connections } = options;
  const { readings, subscriptions, singles } = options.openPages;
  const all = {
    readings: slots(readings.all),
    subscriptions: slots(subscriptions.all),
    singles: slots(singles.all),
  };
  const full = refusedAs(
    'resourceExhausted',
    `${connections} connections are open, as many as are taken: close some, or let the server take more`,
  );
  return (session) => {
    session.setLocalWindowSize(connectionWindow);
    const unknown = setTimeout(() => session.destroy(), options.unknownMs).unref();
    const shared = {
      letIn: () => clearTimeout(unknown),
      uploads: byteBudget(options.uploadBytes),
      outflow: openOutflow(),
      pages: {
        readings: slots(readings.each, all.readings),
        subscriptions: slots(subscriptions.each, all.subscriptions),
        singles: slots(singles.each, all.singles),
      },
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
  };
};
