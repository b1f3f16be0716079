import type { Replica } from './replica.ts';
import type { Live } from './session.ts';

export type Waited<A> =
  | { readonly type: 'seen'; readonly value: A }
  | { readonly type: 'timed-out' }
  | { readonly type: 'ended'; readonly reason: string };

/** How far the replica may be behind a refusal by the database, generously. */
export const replicaLagMs = 500;

/** Waits, without asking the database, until the replica shows what `look` looks for. */
export const until = <A>(
  live: Live,
  timeoutMs: number,
  look: (replica: Replica) => A | undefined,
): Promise<Waited<A>> =>
  new Promise((resolve) => {
    const first = look(live.replica);
    if (first !== undefined) return resolve({ type: 'seen', value: first });

    const finish = (waited: Waited<A>): void => {
      clearTimeout(timer);
      unwatch();
      resolve(waited);
    };
    const timer = setTimeout(() => finish({ type: 'timed-out' }), timeoutMs);
    const unwatch = live.watch((ended) => {
      if (ended !== undefined) return finish({ type: 'ended', reason: ended });
      const value = look(live.replica);
      if (value !== undefined) finish({ type: 'seen', value });
    });
  });
