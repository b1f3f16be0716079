// Appends one event that need not be flushed to the log named by its first argument, says so, and stays.
import { append, events } from '../../contract/event-store/support.ts';
import { openAt } from './scratch.ts';

const store = openAt(process.argv[2] ?? '');
await append(store, {
  stream: 'unflushed',
  expectedRevision: 'no-stream',
  events: events(1),
  durability: 'written',
});
process.send?.('written');
setInterval(() => {}, 60_000);
