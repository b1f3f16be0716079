import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { connectAgent } from '../../adapters/http/client.ts';
import type { Status } from '../../services/agent/status.ts';
import { makeNetns, type Netns } from './netns.ts';
import { type Ovs, startOvs } from './ovs.ts';

const root = resolve(import.meta.dirname, '../..');

export const pluginBinary = join(root, 'dist/evio');

/** What a program printed, and how it ended. */
export type Ended = { readonly code: number; readonly out: string; readonly err: string };

/** Runs a program to its end, whatever its exit code. */
export const runToEnd = (
  command: ReadonlyArray<string>,
  options: { readonly env?: NodeJS.ProcessEnv; readonly input?: string; readonly cwd?: string } = {},
): Promise<Ended> =>
  new Promise((done, fail) => {
    const [program = '', ...args] = command;
    const child = spawn(program, args, {
      env: options.env ?? process.env,
      ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
    });
    let out = '';
    let err = '';
    child.stdout.on('data', (chunk) => {
      out += chunk;
    });
    child.stderr.on('data', (chunk) => {
      err += chunk;
    });
    child.once('error', fail);
    child.once('close', (code) => done({ code: code ?? -1, out, err }));
    child.stdin.on('error', () => undefined);
    child.stdin.end(options.input ?? '');
  });

/** One machine of a cluster, made of a network namespace, its own Open vSwitch, and our real programs. */
export type TestNode = {
  readonly netns: Netns;
  readonly ovs: Ovs;
  readonly dir: string;
  readonly socket: string;
  readonly conflist: string;
  readonly startAgent: (...args: ReadonlyArray<string>) => Promise<void>;
  /** Sends the signal and waits for the agent's end. */
  readonly stopAgent: (signal?: NodeJS.Signals) => Promise<void>;
  readonly agentPid: () => number;
  readonly agentLog: () => Promise<string>;
  readonly evioctl: (...args: ReadonlyArray<string>) => Promise<Ended>;
  readonly configGen: (...args: ReadonlyArray<string>) => Promise<Ended>;
  readonly status: () => Promise<Status>;
  /** Runs the compiled plugin as a runtime would. */
  readonly cni: (command: string, request: CniCall) => Promise<Ended>;
  readonly remove: () => Promise<void>;
};

export type CniCall = {
  readonly containerId?: string;
  readonly ifname?: string;
  readonly netns?: string;
  readonly args?: string;
  readonly cniVersion?: string;
  readonly config?: Readonly<Record<string, unknown>>;
};

const inside = (netns: Netns, ...command: ReadonlyArray<string>): ReadonlyArray<string> => [
  'ip',
  'netns',
  'exec',
  netns.name,
  ...command,
];

/** Polls until `look` gives something; fails with the sentence after ten seconds. */
export const eventually = async <A>(
  what: string,
  look: () => Promise<A | undefined>,
  patienceMs = 10_000,
): Promise<A> => {
  const end = performance.now() + patienceMs;
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
    if (performance.now() > end) throw new Error(`waited ${patienceMs} ms in vain: ${what}`);
    await sleep(20);
  }
};

/** Makes a node; nothing runs on it yet but Open vSwitch. The caller removes it. */
export const makeNode = async (name: string): Promise<TestNode> => {
  const netns = await makeNetns(name);
  const ovs = await startOvs(netns);
  const dir = await mkdtemp(join(tmpdir(), `evio-node-${name}-`));
  const socket = join(dir, 'run', 'agent.sock');
  const conflist = join(dir, 'net.d', '10-evio.conflist');
  const options = [
    ...[
      '--node',
      name,
      '--state-dir',
      join(dir, 'state'),
      '--socket',
      socket,
      '--ovs-socket',
      ovs.socketPath,
    ],
    ...['--bridge', 'evio0', '--datapath-type', 'netdev', '--cni-conf-dir', join(dir, 'net.d')],
  ];
  const connection = connectAgent(socket);
  let agent: ChildProcess | undefined;

  const answers = async (): Promise<Status | undefined> => {
    const answered = await connection.call('GET', '/v1/status', undefined, 1000)();
    return answered._tag === 'Right' ? (answered.right.body as Status) : undefined;
  };

  const stopAgent = async (signal: NodeJS.Signals = 'SIGTERM'): Promise<void> => {
    const running = agent;
    agent = undefined;
    if (running === undefined || running.exitCode !== null) return;
    const ended = new Promise((done) => running.once('exit', done));
    running.kill(signal);
    await ended;
  };

  return {
    netns,
    ovs,
    dir,
    socket,
    conflist,
    startAgent: async (...args) => {
      const script = join(root, 'services/agent/main.ts');
      const [program = '', ...rest] = inside(netns, process.execPath, script, ...options, ...args);
      const log = createWriteStream(join(dir, 'agent.log'), { flags: 'a' });
      const child = spawn(program, rest, { stdio: ['ignore', 'ignore', 'pipe'] });
      child.stderr.pipe(log);
      agent = child;
      await eventually('the agent answers', async () => {
        if (child.exitCode !== null)
          throw new Error(`the agent ended: ${await readFile(join(dir, 'agent.log'), 'utf8')}`);
        return answers();
      });
    },
    stopAgent,
    agentPid: () => {
      if (agent?.pid === undefined) throw new Error('the agent is not running');
      return agent.pid;
    },
    agentLog: () => readFile(join(dir, 'agent.log'), 'utf8'),
    evioctl: (...args) =>
      runToEnd([process.execPath, join(root, 'services/evioctl/main.ts'), '--socket', socket, ...args]),
    configGen: (...args) =>
      runToEnd(
        inside(
          netns,
          process.execPath,
          join(root, 'services/config-gen/main.ts'),
          ...options,
          ...['--net-conf', join(dir, 'net-conf.json'), '--cni-bin-dir', join(dir, 'bin'), ...args],
        ),
      ),
    status: async () => eventually('the agent answers', answers),
    cni: (
      command,
      { containerId = randomUUID(), ifname = 'eth0', netns: path, args, cniVersion = '1.0.0', config },
    ) =>
      runToEnd([pluginBinary], {
        env: {
          CNI_COMMAND: command,
          CNI_CONTAINERID: containerId,
          CNI_IFNAME: ifname,
          CNI_PATH: join(root, 'dist'),
          ...(path === undefined ? {} : { CNI_NETNS: path }),
          ...(args === undefined ? {} : { CNI_ARGS: args }),
        },
        input: JSON.stringify({ cniVersion, name: 'evio', type: 'evio', agentSocket: socket, ...config }),
      }),
    remove: async () => {
      await stopAgent('SIGKILL');
      await ovs.stop();
      await netns.remove();
      await rm(dir, { recursive: true, force: true });
    },
  };
};
