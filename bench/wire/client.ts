/*
 * The official client in a process of its own: `client.ts MEASUREMENT CONNECTION-STRING COUNT`. Prints one JSON object.
 */
import { EventStoreDBClient, jsonEvent, START } from '@eventstore/db-client';
import { p99 } from '../statistics.ts';
import { batch, eventsPerS, payload, streamOf, subscribers, underWay, warmUpSeconds } from './figures.ts';

const [measurement = '', connection = '', size = ''] = process.argv.slice(2);
const count = Number(size);
const client = EventStoreDBClient.connectionString([connection] as unknown as TemplateStringsArray);

const eventOf = (number: number) => jsonEvent({ type: 'PodAdded', data: payload(number) as never });

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

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

type Arrival = { times: number; last: number };

/** From sending an event until the last subscriber has it, of so many events at the rate; `first` is the number of the first. */
const lagsOf = async (arrived: Map<number, Arrival>, first: number, many: number): Promise<number[]> => {
  const sent: number[] = [];
  const appends: Promise<unknown>[] = [];
  const begun = performance.now();
  while (sent.length < many) {
    // As many as are due by now: a timer comes late, the rate stays.
    const due = Math.min(many, Math.floor(((performance.now() - begun) / 1000) * eventsPerS) + 1);
    while (sent.length < due) {
      appends.push(client.appendToStream('live', eventOf(first + sent.length)));
      sent.push(performance.now());
    }
    await pause(1);
  }
  await Promise.all(appends);
  const lastOf = (index: number): Arrival | undefined => arrived.get(first + index);
  while (sent.some((_, index) => lastOf(index)?.times !== subscribers)) await pause(50);
  return sent.map((at, index) => (lastOf(index)?.last ?? Number.NaN) - at);
};

/** Some seconds before are not counted: client and server compile what they use then. */
const lag = async (): Promise<number> => {
  const arrived = new Map<number, Arrival>();
  const subscriptions = Array.from({ length: subscribers }, () => client.subscribeToStream('live'));
  for (const subscription of subscriptions) {
    subscription.on('error', (error) => {
      console.error(error);
      process.exit(1);
    });
    subscription.on('data', ({ event }) => {
      const number = Number(Object(event?.data).number);
      const so = arrived.get(number) ?? { times: 0, last: 0 };
      so.times += 1;
      so.last = performance.now();
      arrived.set(number, so);
    });
  }
  await pause(1000);
  const before = warmUpSeconds * eventsPerS;
  await lagsOf(arrived, 0, before);
  const lags = await lagsOf(arrived, before, count * eventsPerS);
  for (const subscription of subscriptions) await subscription.unsubscribe();
  return p99(lags);
};

const measurements: Readonly<Record<string, () => Promise<number>>> = { sequential, bulk, catchUp, lag };
const value = await measurements[measurement]?.();
process.stdout.write(JSON.stringify({ value }), () => process.exit(0));
