// Appends for ever to several streams of the log named by its first argument, and prints each acknowledged event as one
// line `stream revision id`, written to the pipe before the next append begins.
import { writeSync } from 'node:fs';
import { either as E } from 'fp-ts';
import { append, event, upTo } from '../../contract/event-store/support.ts';
import { openAt } from './scratch.ts';

const store = openAt(process.argv[2] ?? '');

const writeForEver = async (stream: string): Promise<void> => {
  const head = await store.head(stream)();
  let end = E.isRight(head) ? head.right?.revision : undefined;
  for (;;) {
    const events = [event(`{"padding":"${'x'.repeat(300)}"}`), event()];
    const { revision } = await append(store, { stream, expectedRevision: end ?? 'no-stream', events });
    writeSync(1, `${stream} ${revision - 1} ${events[0]?.id}\n${stream} ${revision} ${events[1]?.id}\n`);
    end = revision;
  }
};

await Promise.all(upTo(4).map((index) => writeForEver(`stream-${index}`)));
