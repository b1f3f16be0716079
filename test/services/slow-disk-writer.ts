// Writes to the log named by its first argument, alone and at once, and sends how many flushes each part took, by the file
// that SLOW_FSYNC_COUNT names.
import { statSync } from 'node:fs';
import { openAt } from '../adapters/sqlite/scratch.ts';
import { append, events, upTo } from '../contract/event-store/support.ts';
import { leaseObserved, nodeName } from '../support/events.ts';
import { addPod, bootId } from '../support/host.ts';
import { askHost, openKeptHost } from '../support/kept-host.ts';

const flushes = (): number => statSync(process.env['SLOW_FSYNC_COUNT'] ?? '').size;

const counted = async (part: () => Promise<unknown>): Promise<number> => {
  const before = flushes();
  await part();
  return flushes() - before;
};

const path = process.argv[2] ?? '';
const store = openAt(path);
const { host } = await openKeptHost(store, path);
const { type: _, ...lease } = leaseObserved;
await askHost(host, { type: 'start', bootId });
await askHost(host, { type: 'request-join', node: nodeName('node-1'), publicKey: 'key' });
await askHost(host, { type: 'observe-lease', ...lease });

const one = (stream: string, durability: 'fsync' | 'written' = 'fsync') =>
  append(store, { stream, expectedRevision: 'no-stream', events: events(2), durability });

const sent = {
  appends: await counted(() => Promise.all(upTo(64).map((index) => one(`at-once-${index}`)))),
  decisions: await counted(() => Promise.all(upTo(64).map((index) => askHost(host, addPod(`c${index}`))))),
  oneByOne: await counted(async () => {
    for (const index of upTo(8)) await one(`one-by-one-${index}`);
  }),
  written: await counted(async () => {
    for (const index of upTo(8)) await one(`written-${index}`, 'written');
  }),
};
await store.close();
process.send?.(sent);
