import { setImmediate as turn } from 'node:timers/promises';
import test from 'ava';
import { either as E } from 'fp-ts';
import { appendQueue } from '../../../adapters/sqlite/append-queue.ts';
import type { Work } from '../../../adapters/sqlite/work.ts';

const work: Work<never, number> = {
  events: 1,
  run: () => E.right({ answer: 0, wrote: [] }),
};

/** A queue whose commits are counted, by their sizes. */
const openQueue = () => {
  const groups: number[] = [];
  const queue = appendQueue(
    (works) => {
      groups.push(works.length);
      return { answers: works.map(() => E.right({ answer: 0, wrote: [] })), flushed: true, end: 0 };
    },
    async () => E.right(undefined),
    () => undefined,
    { soon: setImmediate, atOnce: process.nextTick, later: (ms, task) => void setTimeout(task, ms) },
  );
  return { queue, groups };
};

test('who came alone is written in the turn that his next append comes in', async (t) => {
  const { queue, groups } = openQueue();
  await queue.append(work);
  await turn();
  let passed = 0;
  setImmediate(() => {
    passed += 1;
  });
  await queue.append(work);
  t.is(passed, 0);
  t.deepEqual(groups, [1, 1]);
});

test('whoever comes in one turn shares a commit, also behind one who came alone', async (t) => {
  const { queue, groups } = openQueue();
  await queue.append(work);
  await turn();
  await Promise.all([queue.append(work), queue.append(work), queue.append(work)]);
  t.deepEqual(groups, [1, 3]);
});

test('of two who come apart in one turn, the next time nobody goes ahead', async (t) => {
  const { queue, groups } = openQueue();
  await queue.append(work);
  await turn();
  // As two connections do, of which one look at the sockets tells one after the other.
  const apart = async (): Promise<void> => {
    const first = queue.append(work);
    await new Promise((done) => process.nextTick(() => process.nextTick(done)));
    await Promise.all([first, queue.append(work)]);
    await turn();
  };
  await apart();
  t.deepEqual(groups, [1, 1, 1]);
  await apart();
  t.deepEqual(groups, [1, 1, 1, 2]);
});

test('one who appends without a pause leaves others their turn', async (t) => {
  const { queue } = openQueue();
  let turns = 0;
  const looking = setInterval(() => {
    turns += 1;
  }, 0);
  const end = Date.now() + 100;
  while (Date.now() < end) await queue.append(work);
  clearInterval(looking);
  t.true(turns > 10);
});
