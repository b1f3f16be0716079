import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, open, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { either as E } from 'fp-ts';
import { lockExclusively } from '../../../adapters/kernel/file-lock.ts';
import { mostQueued, readQueuedDel } from '../../../domain/cni/queued-del.ts';
import { type CompiledPlugin, compilePlugin, runPlugin, startPlugin } from '../../support/compiled-plugin.ts';
import { recordingAgent } from '../../support/recording-agent.ts';
import { run } from '../../support/run.ts';

let plugin: CompiledPlugin;
test.before(async () => {
  plugin = await compilePlugin();
});
test.after.always(() => plugin.remove());

type Place = { readonly folder: string; readonly queue: string; readonly stdin: string };

/** A queue, and a configuration that leads to it and to no agent. */
const makePlace = async (t: ExecutionContext): Promise<Place> => {
  const folder = await mkdtemp(join(tmpdir(), 'evio-queue-'));
  t.teardown(() => rm(folder, { recursive: true, force: true }));
  const queue = join(folder, 'queue');
  await mkdir(queue, { mode: 0o700 });
  const agentSocket = join(folder, 'agent.sock');
  return { folder, queue, stdin: configFor(agentSocket, queue) };
};

const configFor = (agentSocket: string, queue: string): string =>
  JSON.stringify({ cniVersion: '1.1.0', name: 'evio', type: 'evio', agentSocket, queue });

const environment = (more: Record<string, string> = {}): Record<string, string> => ({
  CNI_COMMAND: 'DEL',
  CNI_CONTAINERID: 'c1',
  // A file that the test sees as well, and not the namespace that the plugin runs in.
  CNI_NETNS: '/proc/self/ns/uts',
  CNI_IFNAME: 'eth0',
  CNI_PATH: '/opt/cni/bin',
  ...more,
});

const del = (stdin: string, more?: Record<string, string>) =>
  runPlugin(plugin.path, environment(more), stdin);

const queuedIn = async (queue: string, name: string) => {
  const read = readQueuedDel(name, await readFile(join(queue, name), 'utf8'));
  if (E.isLeft(read)) throw new Error(read.left);
  return read.right;
};

const silentSuccess = { exitCode: 0, stdout: '', stderr: '' };
const name = 'evio%c1%eth0';

test('DEL with the agent down succeeds, and says all that the agent needs to know', async (t) => {
  const { queue, stdin } = await makePlace(t);
  const ran = await del(stdin);
  t.like(ran, silentSuccess);
  t.true(ran.elapsedMs < 10_000, `${ran.elapsedMs} ms`);
  t.deepEqual(await readdir(queue), [name]);
  t.is((await stat(join(queue, name))).mode & 0o777, 0o600);
  const { dev: device, ino: inode } = await stat('/proc/self/ns/uts');
  t.like(await queuedIn(queue, name), {
    attachment: { network: 'evio', containerId: 'c1', ifname: 'eth0' },
    bootId: (await readFile('/proc/sys/kernel/random/boot_id', 'utf8')).trim(),
    netns: { path: '/proc/self/ns/uts', seen: { device, inode } },
  });
});

test('a second DEL of the attachment takes the place of the first', async (t) => {
  const { queue, stdin } = await makePlace(t);
  t.like(await del(stdin), silentSuccess);
  const first = await queuedIn(queue, name);
  t.like(await del(stdin, { CNI_NETNS: '/run/netns/gone' }), silentSuccess);
  t.deepEqual(await readdir(queue), [name]);
  const second = await queuedIn(queue, name);
  t.not(second.requestId, first.requestId);
  t.deepEqual(second.netns, { path: '/run/netns/gone' });
  t.like(await del(stdin, { CNI_NETNS: '' }), silentSuccess);
  t.is((await queuedIn(queue, name)).netns, undefined);
});

test('the file is on disk before it has its name, and its name before the answer', async (t) => {
  const { folder, stdin } = await makePlace(t);
  const trace = join(folder, 'trace');
  t.is(await straced(['-e', 'trace=flock,fsync,rename,close', '-y', '-o', trace], stdin), 0);
  const told = (await readFile(trace, 'utf8')).split('\n');
  const order = [
    /^flock\(\d+<[^>]*\/queue>, LOCK_SH\|LOCK_NB\) = 0/,
    /^fsync\(\d+<[^>]*\/queue\/\.[0-9a-f-]+\.tmp>\) *= 0/,
    /^rename\(.*\.tmp", ".*\/queue\/evio%c1%eth0"\) *= 0/,
    /^fsync\(\d+<[^>]*\/queue>\) *= 0/,
  ];
  const unlocked = told.findLastIndex((call) => /^close\(\d+<[^>]*\/queue>\) *= 0/.test(call));
  const at = [...order.map((line) => told.findIndex((call) => line.test(call))), unlocked];
  t.true(
    at.every((place) => place >= 0),
    told.join('\n'),
  );
  t.deepEqual(
    at,
    [...at].sort((one, other) => one - other),
  );
});

/** The plugin under strace(1), which looks on or interferes; gives the exit code, `null` when a signal ended it. */
const straced = async (options: ReadonlyArray<string>, stdin: string): Promise<number | null> => {
  await run('strace', '--version');
  const child = spawn('strace', [...options, plugin.path], {
    env: { ...environment(), PATH: '/usr/bin:/bin' },
  });
  child.stdin.end(stdin);
  const [code] = await once(child, 'exit');
  return code;
};

for (const call of ['fsync', 'rename'])
  test(`a plugin that is killed at its ${call} has queued nothing that is read`, async (t) => {
    const { queue, stdin } = await makePlace(t);
    await straced(['-e', `inject=${call}:signal=SIGKILL:when=1`, '-o', '/dev/null'], stdin);
    const left = await readdir(queue);
    t.is(left.filter((file) => !file.startsWith('.')).length, 0, left.join());
    t.is(left.length, 1, 'it was killed before it wrote');
    t.like(await del(stdin), silentSuccess);
    t.true((await readdir(queue)).includes(name));
  });

test('a DEL that cannot be flushed is not said to be done', async (t) => {
  const { queue, stdin } = await makePlace(t);
  const code = await straced(['-e', 'inject=fsync:error=EIO:when=1', '-o', '/dev/null'], stdin);
  t.is(code, 1);
  t.deepEqual(await readdir(queue), []);
});

const refusedWith = async (
  t: ExecutionContext,
  stdin: string,
  code: number,
  said: RegExp,
  more?: Record<string, string>,
): Promise<void> => {
  const ran = await del(stdin, more);
  const error = JSON.parse(ran.stdout);
  t.is(error.code, code, ran.stdout);
  t.regex(error.msg, said);
  t.regex(error.details, /evio-agent/);
  t.is(ran.exitCode, 1);
};

test('without a queue it says so, and what makes one', async (t) => {
  const { folder, queue, stdin } = await makePlace(t);
  await rm(queue, { recursive: true });
  await refusedWith(t, stdin, 11, /does not answer on .*agent\.sock.*ENOENT.*queue" is not there/);
  t.deepEqual(await readdir(folder), []);
});

test('a queue that is a file is code 5', async (t) => {
  const { queue, stdin } = await makePlace(t);
  await rm(queue, { recursive: true });
  await writeFile(queue, '');
  await refusedWith(t, stdin, 5, /cannot be written/);
});

test('a full queue takes no more, but for an attachment that waits already', async (t) => {
  const { queue, stdin } = await makePlace(t);
  for (let index = 1; index < mostQueued; index += 1)
    await (await open(join(queue, `evio%x${index}%eth0`), 'wx')).close();
  t.like(await del(stdin), silentSuccess);
  await refusedWith(t, stdin, 11, /holds 4096 files already/, { CNI_CONTAINERID: 'c2' });
  t.like(await del(stdin), silentSuccess);
  t.is((await readdir(queue)).length, mostQueued);
});

test('a name or a path that is too long for a file is refused, and leaves none', async (t) => {
  const { queue, stdin } = await makePlace(t);
  await refusedWith(t, stdin, 11, /too long for the name of a file/, { CNI_CONTAINERID: 'c'.repeat(300) });
  await refusedWith(t, stdin, 5, /CNI_NETNS is too long/, { CNI_NETNS: `/${'n'.repeat(9000)}` });
  t.deepEqual(await readdir(queue), []);
});

test('whatever a container is called, its file stays in the queue', async (t) => {
  const { folder, queue, stdin } = await makePlace(t);
  const ids = ['a..', 'a.tmp', '0', 'a-_.b', 'c'.repeat(245)];
  await Promise.all(ids.map((id) => del(stdin, { CNI_CONTAINERID: id })));
  t.deepEqual((await readdir(queue)).sort(), ids.map((id) => `evio%${id}%eth0`).sort());
  for (const id of ['../c1', '.', '..', '/etc/passwd', 'a%b', 'a/b', 'a\nb'])
    t.is(JSON.parse((await del(stdin, { CNI_CONTAINERID: id })).stdout).code, 4);
  t.is(JSON.parse((await del(stdin, { CNI_IFNAME: '../x' })).stdout).code, 4);
  t.deepEqual(await readdir(folder), ['queue']);
});

test('while an agent drains the queue it is asked again, and its answer is the answer', async (t) => {
  const { queue } = await makePlace(t);
  const agent = recordingAgent({ status: 200, body: { result: {} } });
  t.teardown(agent.close);
  const folder = await open(queue, 'r');
  t.deepEqual(lockExclusively(folder.fd), E.right(true));
  const running = startPlugin(plugin.path, environment(), configFor(agent.socket, queue));
  await new Promise((later) => setTimeout(later, 4000));
  await agent.listen();
  t.like(await running.ended, silentSuccess);
  await folder.close();
  t.is(agent.heard.length, 1);
  t.deepEqual(await readdir(queue), []);
});

test('a refusal is an answer: nothing is queued', async (t) => {
  const { queue } = await makePlace(t);
  const error = { code: 11, msg: 'the log cannot be written', details: 'is the disk full?' };
  const agent = recordingAgent({ status: 409, body: { error } });
  t.teardown(agent.close);
  await agent.listen();
  const ran = await del(configFor(agent.socket, queue));
  t.like(JSON.parse(ran.stdout), error);
  t.deepEqual(await readdir(queue), []);
});

test('an agent that does not answer is given ten seconds; then the DEL is queued', async (t) => {
  const { queue } = await makePlace(t);
  const agent = recordingAgent('silence');
  t.teardown(agent.close);
  await agent.listen();
  const ran = await del(configFor(agent.socket, queue));
  t.like(ran, silentSuccess);
  t.true(ran.elapsedMs < 15_000, `${ran.elapsedMs} ms`);
  t.deepEqual(await readdir(queue), [name]);
});

test('a DEL that is ended by a signal is neither done nor queued, and says so', async (t) => {
  const { queue, stdin } = await makePlace(t);
  const running = startPlugin(plugin.path, environment(), stdin);
  await new Promise((later) => setTimeout(later, 500));
  running.signal('SIGTERM');
  t.is(JSON.parse((await running.ended).stdout).code, 11);
  t.deepEqual(await readdir(queue), []);
});
