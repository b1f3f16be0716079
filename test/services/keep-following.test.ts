import test from 'ava';
import { either as E } from 'fp-ts';
import type { LogFields } from '../../domain/port/log.ts';
import type { Timer } from '../../domain/port/timer.ts';
import type { CheckpointUnreadable } from '../../services/follow.ts';
import { keepFollowing } from '../../services/keep-following.ts';
import type { StreamFailure } from '../../services/stream-failure.ts';

/** Time passes at once, and is written down. */
const instantTimer = () => {
  const slept: number[] = [];
  const sleep: Timer['sleep'] = async (ms) => {
    slept.push(ms);
  };
  return { slept, timer: { sleep, every: () => () => undefined } };
};

const journal = () => {
  const lines: string[] = [];
  const remedies: unknown[] = [];
  const at =
    (level: string) =>
    (message: string, { remedy }: LogFields = {}) => {
      lines.push(`${level} ${message}`);
      remedies.push(remedy);
    };
  return {
    lines,
    remedies,
    log: { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') },
  };
};

const full: StreamFailure = { type: 'unavailable', reason: 'no space left' };
const conflict: StreamFailure = { type: 'conflict', stream: 's', expected: 1, actual: 2 };

/** Runs that end like this, one after the other, and then well. */
const follow = async (
  failures: ReadonlyArray<StreamFailure | CheckpointUnreadable>,
  signal = new AbortController().signal,
  remote = false,
) => {
  const { slept, timer } = instantTimer();
  const { lines, remedies, log } = journal();
  const left = [...failures];
  let runs = 0;
  const run = async () => {
    runs += 1;
    const failure = left.shift();
    return failure === undefined ? E.right(undefined) : E.left(failure);
  };
  await keepFollowing({ timer, log, remote }, 'the allocator', run, signal);
  return { runs, lines, remedies, slept };
};

test('a follower whose log cannot be written for now begins again after a pause', async (t) => {
  const { runs, lines, slept } = await follow([full, full]);
  t.is(runs, 3);
  t.deepEqual(slept, [5000, 5000]);
  t.is(lines.length, 2);
  t.regex(lines[0] ?? '', /^warn the allocator pauses: .*no space left/);
});

test('a follower that has lost its ledger on another machine asks for the way there, not for room on a disk', async (t) => {
  const lost: StreamFailure = { type: 'unavailable', reason: 'connection refused' };
  const { lines, remedies } = await follow([lost], undefined, true);
  t.deepEqual(lines, ['warn the allocator pauses: the ledger cannot be reached: connection refused']);
  t.regex(String(remedies[0]), /^it is waited for; is it running/);
});

test('a follower whose checkpoint cannot be read says what to do, and begins again when that was done', async (t) => {
  const garbage: CheckpointUnreadable = { type: 'checkpoint-unreadable', path: '/p', reason: 'no position' };
  const { runs, lines, remedies } = await follow([garbage]);
  t.is(runs, 2);
  t.deepEqual(lines, [
    'warn the allocator pauses: how far it has read stands in /p, which cannot be read: no position',
  ]);
  t.regex(String(remedies[0]), /^mend it, or remove it/);
});

test('any other failure is said, and ends it', async (t) => {
  const { runs, lines, slept } = await follow([conflict, full]);
  t.is(runs, 1);
  t.deepEqual(slept, []);
  t.regex(
    lines.join('\n'),
    /^error the allocator stops: another writer appended to s: expected revision 1, found 2$/,
  );
});

test('one that was told to end does not begin again', async (t) => {
  t.is((await follow([full], AbortSignal.abort())).runs, 0);
});

test('one that ends by itself is left alone', async (t) => {
  t.deepEqual(await follow([]), { runs: 1, lines: [], remedies: [], slept: [] });
});
