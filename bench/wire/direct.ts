/*
 * The same work on the log's file, without a server: `direct.ts PATH SEQUENTIAL BULK`. Prints one JSON object.
 */
import { openSqliteStore } from '../../adapters/sqlite/open.ts';
import { clock } from '../../adapters/system/clock.ts';
import { ids } from '../../adapters/system/ids.ts';
import { sha256 } from '../../adapters/system/sha256.ts';
import type { ClientEvent } from '../../domain/port/client-log.ts';
import { must } from '../../test/support/must.ts';
import { batch, payload, streamOf, underWay } from './figures.ts';

const [path = '', sequential = '', bulk = ''] = process.argv.slice(2);
const store = must(openSqliteStore({ path, clock, newLogId: ids.random, sha256 }));
const { clients: clientLog } = store;

const eventOf = (number: number): ClientEvent => ({
  id: ids.random(),
  type: 'PodAdded',
  contentType: 'application/json',
  data: JSON.stringify(payload(number)),
  metadata: '',
});

const append = async (stream: string, events: ReadonlyArray<ClientEvent>): Promise<void> => {
  must(await clientLog.append({ stream, expected: 'any', events })());
};

const timed = async (count: number, work: () => Promise<void>): Promise<number> => {
  const begun = performance.now();
  await work();
  return (count / (performance.now() - begun)) * 1000;
};

const appendPerS = await timed(Number(sequential), async () => {
  for (let number = 0; number < Number(sequential); number += 1)
    await append('sequential', [eventOf(number)]);
});
const bulkPerS = await timed(Number(bulk), async () => {
  let next = 0;
  const appendOn = async (): Promise<void> => {
    while (next < Number(bulk)) {
      const from = next;
      next += batch;
      await append(
        streamOf(from / batch),
        Array.from({ length: batch }, (_, index) => eventOf(from + index)),
      );
    }
  };
  await Promise.all(Array.from({ length: underWay }, appendOn));
});
const catchUpPerS = await timed(Number(bulk), async () => {
  for await (const { events } of clientLog.readAll({ direction: 'forwards', from: 0, limit: Number(bulk) }))
    for (const { data } of events) JSON.parse(String(data));
});
await store.close();
process.stdout.write(JSON.stringify({ appendPerS, bulkPerS, catchUpPerS }));
