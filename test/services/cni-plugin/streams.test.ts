import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, constants, openSync, writeSync } from 'node:fs';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import test from 'ava';
import { type CompiledPlugin, compilePlugin } from '../../support/compiled-plugin.ts';
import { run } from '../../support/run.ts';

let plugin: CompiledPlugin;
test.before(async () => {
  plugin = await compilePlugin();
});
test.after.always(() => plugin.remove());

const environment = {
  CNI_COMMAND: 'ADD',
  CNI_CONTAINERID: 'c1',
  CNI_NETNS: '/run/netns/pod',
  CNI_IFNAME: 'eth0',
  CNI_PATH: '/opt/cni/bin',
};

type Ended = {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
};

const end = (child: ChildProcess): Promise<Ended> => {
  let stdout = '';
  let stderr = '';
  child.stdout?.on('data', (bytes: Buffer) => {
    stdout += bytes.toString('utf8');
  });
  child.stderr?.on('data', (bytes: Buffer) => {
    stderr += bytes.toString('utf8');
  });
  return new Promise((resolve) =>
    child.on('close', (code, signal) => resolve({ code, signal, stdout, stderr })),
  );
};

/** What a POSIX shell makes of the line in which the plugin is `"$EVIO"`. */
const inShell = (line: string, stdin: string): Promise<Ended> => {
  const child = spawn('/bin/sh', ['-c', line], { env: { ...environment, EVIO: plugin.path } });
  // A plugin that ends without reading all of stdin is not the writer's failure.
  child.stdin.on('error', () => undefined);
  child.stdin.end(stdin);
  return end(child);
};

for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  test(`${signal} while stdin stays open ends the plugin with code 11`, async (t) => {
    const child = spawn(plugin.path, [], { env: environment });
    const ended = end(child);
    child.stdin.write('{"name":');
    await pause(500);
    child.kill(signal);
    const { code, stdout, stderr } = await ended;
    t.deepEqual([code, stderr], [1, '']);
    t.like(JSON.parse(stdout), { code: 11, msg: `ADD was ended by ${signal} before evio-agent answered` });
  });

  test(`${signal} ends a plugin whose output nobody takes`, async (t) => {
    const folder = await mkdtemp(join(tmpdir(), 'evio-full-'));
    t.teardown(() => rm(folder, { recursive: true }));
    await run('mkfifo', join(folder, 'pipe'));
    const pipe = openSync(join(folder, 'pipe'), constants.O_RDWR);
    t.teardown(() => closeSync(pipe));
    // A pipe holds 64 KiB (pipe(7)): it is full before the plugin says anything.
    writeSync(pipe, Buffer.alloc(1 << 16));
    const child = spawn(plugin.path, [], {
      env: { CNI_COMMAND: 'UPDATE' },
      stdio: ['ignore', pipe, 'ignore'],
    });
    const ended = end(child);
    await pause(500);
    t.is(child.exitCode, null);
    child.kill(signal);
    t.like(await ended, { code: null, signal });
  });
}

for (const [where, reason] of [
  ['>/dev/full', 'No space left on device'],
  ['>&-', 'Bad file descriptor'],
] as const) {
  test(`a result that cannot be written (${where}) is a failure, and stderr says why`, async (t) => {
    const ended = await inShell(`CNI_COMMAND=VERSION exec "$EVIO" ${where}`, '');
    t.like(ended, { code: 1, stdout: '' });
    t.regex(ended.stderr, new RegExp(`^evio: cannot write the result to stdout: ${reason}`));
  });
}

test('stdin that is closed is refused with code 5', async (t) => {
  const { code, stdout } = await inShell('exec "$EVIO" <&-', '');
  t.is(code, 1);
  t.is(JSON.parse(stdout).code, 5);
});

for (const stackKiB of [512, 8192]) {
  test(`JSON nested a hundred thousand deep is refused, not died of, with ${stackKiB} KiB of stack`, async (t) => {
    const ended = await inShell(`ulimit -s ${stackKiB}; exec "$EVIO"`, '['.repeat(100_000));
    t.like(ended, { code: 1, stderr: '' });
    t.is(JSON.parse(ended.stdout).code, 6);
  });
}

// What it needs to begin with grows with its own size: from too little to enough.
test('with too little memory it fails and never looks done', async (t) => {
  const ownKiB = Math.ceil((await stat(plugin.path)).size / 1024);
  const codes = await Promise.all(
    Array.from({ length: 30 }, async (_, index) => {
      const line = `ulimit -v ${ownKiB + 50 * index}; CNI_COMMAND=VERSION exec "$EVIO"`;
      const { code, stdout } = await inShell(line, '');
      // With nearly enough it may still say, as an error of CNI, that it had too little.
      t.is(code === 0, stdout.includes('supportedVersions'), line);
      return code;
    }),
  );
  t.true(codes.includes(0) && codes.some((code) => code !== 0));
});
