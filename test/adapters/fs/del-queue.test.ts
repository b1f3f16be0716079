import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { either as E } from 'fp-ts';
import { openDelQueue } from '../../../adapters/fs/del-queue.ts';
import { lockExclusively } from '../../../adapters/kernel/file-lock.ts';
import { eventually } from '../../support/node.ts';

const makeQueue = async (t: ExecutionContext) => {
  const parent = await mkdtemp(join(tmpdir(), 'evio-queue-'));
  t.teardown(() => rm(parent, { recursive: true, force: true }));
  const folder = join(parent, 'queue');
  await mkdir(folder);
  return { folder, queue: openDelQueue(folder, lockExclusively) };
};

/** Another process with the folder's shared lock, as a plugin has it; its end lets go. */
const holder = async (t: ExecutionContext, folder: string) => {
  const child = spawn('flock', ['--shared', folder, 'sh', '-c', 'echo held; exec sleep 600'], {
    stdio: ['ignore', 'pipe', 'inherit'],
    detached: true,
  });
  const end = async (): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit');
    process.kill(-(child.pid ?? 0), 'SIGKILL');
    await ended;
  };
  t.teardown(end);
  await once(child.stdout, 'data');
  return end;
};

test('it is not held while a plugin queues, and no plugin queues while it is held', async (t) => {
  const { folder, queue } = await makeQueue(t);
  const end = await holder(t, folder);
  t.deepEqual(queue.hold(), E.left({ type: 'queue-busy' }));
  await end();
  const release = await eventually('the lock is free', async () => {
    const held = queue.hold();
    return E.isRight(held) ? held.right : undefined;
  });
  t.deepEqual(queue.hold(), E.left({ type: 'queue-busy' }), 'two hold it at once');
  release();
  const again = queue.hold();
  t.true(E.isRight(again));
  if (E.isRight(again)) again.right();
});

test('what a killed plugin left unfinished goes when nobody writes, and never before', async (t) => {
  const { folder, queue } = await makeQueue(t);
  await writeFile(join(folder, '.f3.tmp'), 'half');
  await writeFile(join(folder, 'evio%c1%eth0'), 'whole');
  const end = await holder(t, folder);
  queue.hold();
  t.deepEqual((await readdir(folder)).sort(), ['.f3.tmp', 'evio%c1%eth0']);
  t.deepEqual(await queue.names()(), E.right(['evio%c1%eth0']));
  await end();
  await eventually('it is held', async () => (E.isRight(queue.hold()) ? true : undefined));
  t.deepEqual(await readdir(folder), ['evio%c1%eth0']);
});

test('files are found, read and removed; what is not there is no failure', async (t) => {
  const { folder, queue } = await makeQueue(t);
  t.false(queue.holds('evio%c1%eth0'));
  t.deepEqual(await queue.read('evio%c1%eth0')(), E.right(undefined));
  await writeFile(join(folder, 'evio%c1%eth0'), 'text');
  t.true(queue.holds('evio%c1%eth0'));
  t.deepEqual(await queue.read('evio%c1%eth0')(), E.right('text'));
  for (let times = 1; times <= 2; times += 1) t.true(E.isRight(await queue.remove('evio%c1%eth0')()));
  t.true(E.isRight(await queue.flush()()));
  t.deepEqual(await readdir(folder), []);
});

test('whoever watches is told of what is renamed into it, and not of what is being written', async (t) => {
  const { folder, queue } = await makeQueue(t);
  let told = 0;
  const watching = queue.watch(() => {
    told += 1;
  });
  if (E.isLeft(watching)) return t.fail(watching.left.reason);
  await writeFile(join(folder, '.f3.tmp'), 'text');
  await new Promise((later) => setTimeout(later, 100));
  t.is(told, 0);
  await rename(join(folder, '.f3.tmp'), join(folder, 'evio%c1%eth0'));
  await eventually('it is told', async () => (told > 0 ? true : undefined));
  watching.right();
});

test('a folder that is missing is named', async (t) => {
  const queue = openDelQueue('/nonexistent/queue', lockExclusively);
  const outcomes = [queue.hold(), queue.watch(() => undefined), await queue.names()()];
  const path = '/nonexistent/queue';
  for (const outcome of outcomes)
    t.like(outcome, { left: { type: 'file-failed', path, reason: 'no such file or directory (ENOENT)' } });
  t.false(queue.holds('evio%c1%eth0'));
});
