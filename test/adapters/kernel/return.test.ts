import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import test from 'ava';
import { makePod } from './host-and-pods.ts';

test('a thread that cannot return from a pod aborts the whole process, saying so', async (t) => {
  const pod = await makePod(t);
  const netns = new URL('../../../adapters/kernel/netns.ts', import.meta.url);
  // In a thread of its own, as in the agent; descriptor -1 stands for a way home that is lost.
  const thread = `
    import { openNetns, visit } from '${netns}';
    const pod = openNetns('${pod.path}');
    visit({ ...pod.right, fd: -1 }, pod.right, () => undefined);
  `;
  const program = `
    import { Worker } from 'node:worker_threads';
    new Worker(new URL('data:text/javascript,' + encodeURIComponent(${JSON.stringify(thread)})));
    setTimeout(() => console.log('still alive'), 5000);
  `;
  const { signal, stderr, stdout } = spawnSync(process.execPath, ['--input-type=module', '--eval', program], {
    encoding: 'utf8',
    timeout: 20_000,
    cwd: fileURLToPath(new URL('.', import.meta.url)),
  });
  t.is(signal, 'SIGABRT', stderr);
  t.is(stderr, `cannot return from the network namespace ${pod.path}: EBADF\n`);
  t.is(stdout, '');
});
