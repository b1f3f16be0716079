import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { p99 } from '../statistics.ts';
import { eventsPerS, subscribers, warmUpSeconds } from './figures.ts';

const processes = 5;
const stream = 'spread';

const startLines = (program: string, ...args: ReadonlyArray<string>): AsyncIterator<string> => {
  const child = spawn(process.execPath, [join(import.meta.dirname, program), ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  return createInterface({ input: child.stdout })[Symbol.asyncIterator]();
};

const nextLine = async (lines: AsyncIterator<string>): Promise<string> => {
  const { value, done } = await lines.next();
  if (done === true) throw new Error('a process of the measurement ended before it was done');
  return value;
};

/** As `lag` of client.ts, with the subscribers in five processes and the publisher in one of its own, as clients are. */
export const spreadLag = async (connection: string, seconds: number): Promise<number> => {
  const before = warmUpSeconds * eventsPerS;
  const events = String(before + seconds * eventsPerS);
  const following = Array.from({ length: processes }, () =>
    startLines('subscriber.ts', connection, stream, String(subscribers / processes), events),
  );
  await Promise.all(following.map(nextLine));
  const sent: ReadonlyArray<number> = JSON.parse(
    await nextLine(startLines('publisher.ts', connection, stream, events)),
  );
  const arrived: ReadonlyArray<ReadonlyArray<number>> = (await Promise.all(following.map(nextLine))).map(
    (line) => JSON.parse(line),
  );
  const lags = sent.map((at, index) => Math.max(...arrived.map((last) => last[index] ?? Number.NaN)) - at);
  return p99(lags.slice(before));
};
