/*
 * The official client in a process of its own: `client.ts MEASUREMENT CONNECTION-STRING COUNT`. Prints one JSON object.
 */
import { START } from '@eventstore/db-client';
import { p99 } from '../statistics.ts';
import {
  batch,
  connect,
  eventOf,
  eventsPerS,
  streamOf,
  subscribers,
  underWay,
  warmUpSeconds,
} from './figures.ts';
import { follow, publish } from './lag.ts';

const [measurement = '', connection = '', size = ''] = process.argv.slice(2);
const count = Number(size);
const client = connect(connection);

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

/** From sending an event until the last subscriber has it. Some seconds before are not counted: client and server compile what they use then. */
const lag = async (): Promise<number> => {
  const arrivals = await follow(client, 'live', subscribers);
  const before = warmUpSeconds * eventsPerS;
  await publish(client, 'live', 0, before);
  await arrivals(0, before);
  const sent = await publish(client, 'live', before, count * eventsPerS);
  const arrived = await arrivals(before, sent.length);
  return p99(arrived.map((last, index) => last - (sent[index] ?? Number.NaN)));
};

const measurements: Readonly<Record<string, () => Promise<number>>> = { sequential, bulk, catchUp, lag };
const value = await measurements[measurement]?.();
process.stdout.write(JSON.stringify({ value }), () => process.exit(0));
