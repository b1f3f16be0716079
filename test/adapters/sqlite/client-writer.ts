// Appends for ever to client streams of the log named by its first argument, and prints a line for each append that was acknowledged:
// `stream revision id`, the id being the last event's.
import { writeSync } from 'node:fs';
import { must, numbered } from '../../contract/client-log/support.ts';
import { openAt } from './scratch.ts';

const store = openAt(process.argv[2] ?? '');

const writeForEver = async (stream: string): Promise<void> => {
  for (;;) {
    const events = numbered(0, 20);
    const { revision } = await must(store.clients.append({ stream, expected: 'any', events }));
    writeSync(1, `${stream} ${revision} ${events.at(-1)?.id}\n`);
  }
};

await Promise.all(['orders', 'bills'].map(writeForEver));
