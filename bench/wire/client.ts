/*
 * The official client in a process of its own: `client.ts MEASUREMENT CONNECTION-STRING COUNT`. Prints one JSON object.
 */
import { EventStoreDBClient, jsonEvent, START } from '@eventstore/db-client';
import { p99 } from '../statistics.ts';
import { batch, eventsPerS, payload, streamOf, subscribers, underWay } from './figures.ts';

const [measurement = '', connection = '', size = ''] = process.argv.slice(2);
const count = Number(size);
const client = EventStoreDBClient.connectionString([connection] as unknown as TemplateStringsArray);

const eventOf = (number: number) => jsonEvent({ type: 'PodAdded', data: payload(number) as never });

const perSecond = (done: number, begun: number): number => (done / (performance.now() - begun)) * 1000;

const sequential = async (): Promise<number> => {
  for (let number = 0; number < 50; number += 1) await client.appendToStream('warm-up', eventOf(number));
  const begun = performance.now();
  for (let number = 0; number < count; number += 1)
    await client.appendToStream('sequential', eventOf(number));
  return perSecond(count, begun);
};

const bulk = async (): Promise<number> => {
  const begun = performance.now();
  let next = 0;
  const appendOn = async (): Promise<void> => {
    while (next < count) {
      const from = next;
      next += batch;
      const events = Array.from({ length: Math.min(batch, count - from) }, (_, index) =>
        eventOf(from + index),
      );
      await client.appendToStream(streamOf(from / batch), events);
    }
  };
  await Promise.all(Array.from({ length: underWay }, appendOn));
  return perSecond(count, begun);
};

const catchUp = async (): Promise<number> => {
  const begun = performance.now();
  let read = 0;
  for await (const { event } of client.readAll({ fromPosition: START, maxCount: count }))
    if (event) read += 1;
  if (read !== count) throw new Error(`read ${read} of ${count} events`);
  return perSecond(count, begun);
};

/** Each event says when it was sent, on the clock of this process. */
const lag = async (): Promise<number> => {
  const expected = count * eventsPerS;
  const arrived = new Map<number, { times: number; last: number }>();
  const subscriptions = Array.from({ length: subscribers }, () => client.subscribeToStream('live'));
  const all = subscriptions.map(
    (subscription) =>
      new Promise<void>((resolve, reject) => {
        let seen = 0;
        subscription.on('error', reject);
        subscription.on('data', ({ event }) => {
          const number = Number(Object(event?.data).number);
          const so = arrived.get(number) ?? { times: 0, last: 0 };
          so.times += 1;
          so.last = performance.now();
          arrived.set(number, so);
          seen += 1;
          if (seen === expected) resolve();
        });
      }),
  );
  await new Promise((resolve) => setTimeout(resolve, 1000));
  const sent: number[] = [];
  const begun = performance.now();
  const appends: Promise<unknown>[] = [];
  while (sent.length < expected) {
    // As many as are due by now: a timer comes late, the rate stays.
    const due = Math.min(expected, Math.floor(((performance.now() - begun) / 1000) * eventsPerS) + 1);
    while (sent.length < due) {
      appends.push(client.appendToStream('live', eventOf(sent.length)));
      sent.push(performance.now());
    }
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  await Promise.all([...appends, ...all]);
  for (const subscription of subscriptions) await subscription.unsubscribe();
  if ([...arrived.values()].some(({ times }) => times !== subscribers))
    throw new Error('an event was doubled or lost');
  return p99(sent.map((at, number) => (arrived.get(number)?.last ?? Number.NaN) - at));
};

const measurements: Readonly<Record<string, () => Promise<number>>> = { sequential, bulk, catchUp, lag };
const value = await measurements[measurement]?.();
process.stdout.write(JSON.stringify({ value }), () => process.exit(0));
