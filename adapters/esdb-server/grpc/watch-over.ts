import type { ServerHttp2Session } from 'node:http2';

/**
 * Asks the other end from time to time whether it is there, since one that vanished says nothing for ever. A connection that has not answered
 * by the next time is dropped. Returns how to stop.
 */
export const watchOver = (session: ServerHttp2Session, vanishedMs: number): (() => void) => {
  let answered = true;
  const asking = setInterval(() => {
    // A session throws at what is asked of it between its end and its closing.
    if (session.destroyed) return;
    if (!answered) {
      session.destroy();
      return;
    }
    answered = false;
    session.ping(() => {
      answered = true;
    });
  }, vanishedMs / 2).unref();
  return () => clearInterval(asking);
};
