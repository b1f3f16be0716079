import { setTimeout as sleep } from 'node:timers/promises';

/** Milliseconds that each subscriber adds to the waiting of all, and the most that there are. */
const perSubscriber = 0.1;
const most = 10;

/**
 * How long subscribers who have just been sent something wait for more to be sent along, in milliseconds. What costs server and client most is
 * the message that comes alone; with few subscribers there is time for it.
 */
export const gatherMs = (subscribers: number): number =>
  Math.min(Math.floor(subscribers * perSubscriber), most);

/** Waits for so long, or until the moment for which others wait already. */
export type Gather = (ms: number) => Promise<void>;

/**
 * Where the subscribers of a server wait, all for the same moment. Then they ask for the same page, which is read and written once for all of
 * them, and what one connection has of it leaves in one write.
 */
export const openGathering = (): Gather => {
  let moment: Promise<void> | undefined;
  return (ms) => {
    moment ??= sleep(ms).then(() => {
      moment = undefined;
    });
    return moment;
  };
};
