/** Milliseconds that each subscriber adds to the waiting of all, and the most that there are. */
const perSubscriber = 0.2;
const most = 10;

/**
 * How long a subscriber that has just been sent something waits for more to be sent along, in milliseconds. What costs server and client most is
 * the message that comes alone; with few subscribers there is time for it.
 */
export const gatherMs = (subscribers: number): number =>
  Math.min(Math.floor(subscribers * perSubscriber), most);
