import type { EventStoreDBClient } from '@eventstore/db-client';
import { eventOf, eventsPerS } from './figures.ts';

/** Milliseconds by the machine's clock, which all its processes share. */
export const now = (): number => Number(process.hrtime.bigint()) / 1e6;

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Appends so many events at the rate, and gives when each was sent; `first` is the number of the first. */
export const publish = async (
  client: EventStoreDBClient,
  stream: string,
  first: number,
  many: number,
): Promise<number[]> => {
  const sent: number[] = [];
  const appends: Promise<unknown>[] = [];
  const begun = now();
  while (sent.length < many) {
    // As many as are due by now: a timer comes late, the rate stays.
    const due = Math.min(many, Math.floor(((now() - begun) / 1000) * eventsPerS) + 1);
    while (sent.length < due) {
      appends.push(client.appendToStream(stream, eventOf(first + sent.length)));
      sent.push(now());
    }
    await pause(1);
  }
  await Promise.all(appends);
  return sent;
};

type Arrival = { times: number; last: number };

/**
 * Subscribes to a new stream so many times. Resolves when all are confirmed, with what waits until every subscriber has so many events, and
 * gives when the last of them had each.
 */
export const follow = async (
  client: EventStoreDBClient,
  stream: string,
  subscribers: number,
): Promise<(first: number, many: number) => Promise<number[]>> => {
  const arrived = new Map<number, Arrival>();
  const subscriptions = Array.from({ length: subscribers }, () => client.subscribeToStream(stream));
  for (const subscription of subscriptions) {
    subscription.on('error', (error) => {
      console.error(error);
      process.exit(1);
    });
    subscription.on('data', ({ event }) => {
      const number = Number(Object(event?.data).number);
      const so = arrived.get(number) ?? { times: 0, last: 0 };
      so.times += 1;
      so.last = now();
      arrived.set(number, so);
    });
  }
  await Promise.all(
    subscriptions.map((subscription) => new Promise((resolve) => subscription.once('confirmation', resolve))),
  );
  return async (first, many) => {
    const numbers = Array.from({ length: many }, (_, index) => first + index);
    while (numbers.some((number) => arrived.get(number)?.times !== subscribers)) await pause(50);
    return numbers.map((number) => arrived.get(number)?.last ?? Number.NaN);
  };
};
