import type { Call } from '../grpc/call.ts';

/** Leave to have a page of the log open: of at most so many events, until it is given back. */
export type PageLeave = { readonly most: number; readonly give: () => void };

/** So long a reading waits for a page of many events, in milliseconds; and so many pages of one it has then, until it waits for one again. */
const waitMs = 100;
const pagesAlone = 500;

/**
 * How the pages of one call are taken. Whoever has a page of many events open keeps it while its client takes nothing, and that may wait for
 * what another call reads. So a reading waits only a moment for such a page: where there is none it goes on by one event, for which it asks
 * when its client has room for it, so that it is sent at once. What a reading waits for is therefore never held by one that waits for it.
 * (But an event of more than 64 KiB is not sent at once: readings of such can wait for one another, until the first is ended as stuck.)
 *
 * `undefined`: the call is over, or wants to end.
 */
export const pageLeaves = (
  { pages, room }: Pick<Call, 'pages' | 'room'>,
  limit: number | 'subscription',
  signal: AbortSignal,
): (() => Promise<PageLeave | undefined>) => {
  let alone = limit === 1 ? Number.POSITIVE_INFINITY : 0;

  const ofMany = async (kind: 'subscriptions' | 'readings', until: AbortSignal) => {
    const give = await pages[kind].take(until);
    return give && { most: Number.POSITIVE_INFINITY, give };
  };

  const ofOne = async (): Promise<PageLeave | undefined> => {
    if (!(await room())) return undefined;
    const give = await pages.singles.take(signal);
    return give && { most: 1, give };
  };

  return async () => {
    if (limit === 'subscription') return ofMany('subscriptions', signal);
    if (alone === 0) {
      const soon = AbortSignal.timeout(waitMs);
      const leave = await ofMany('readings', AbortSignal.any([signal, soon]));
      if (leave !== undefined || signal.aborted) return leave;
      alone = pagesAlone;
    }
    alone -= 1;
    return ofOne();
  };
};
