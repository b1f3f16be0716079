import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { connectAgent } from '../../adapters/http/client.ts';
import type { Status } from '../../services/agent/status.ts';
import { type Running, startPlugin } from './compiled-plugin.ts';
import { makeNetns, type Netns } from './netns.ts';
import { type Ovs, startOvs } from './ovs.ts';
import { programOf } from './program.ts';
import { type Ended, runToEnd } from './run-to-end.ts';

export { type Ended, runToEnd } from './run-to-end.ts';

const root = resolve(import.meta.dirname, '../..');

export const pluginBinary = join(root, 'dist/evio');

/** One machine of a cluster, made of a network namespace, its own Open vSwitch, and our real programs. */
export type TestNode = {
  readonly netns: Netns;
  readonly ovs: Ovs;
  readonly dir: string;
  readonly socket: string;
  readonly conflist: string;
  /** Where a DEL waits for the agent. */
  readonly queue: string;
  readonly startAgent: (...args: ReadonlyArray<string>) => Promise<void>;
  /** Runs an agent to its end, beside the one that may be running: for starts that are refused. */
  readonly runAgent: (...args: ReadonlyArray<string>) => Promise<Ended>;
  /** Agents started from now on are started by this program with these arguments, such as one that takes rights from them. */
  readonly startBy: (...command: ReadonlyArray<string>) => void;
  /** Agents started from now on find this boot id in /proc, as after a reboot. */
  readonly setBootId: (bootId: string) => Promise<void>;
  /** Agents started from now on see no network namespace by its path, as behind a mount that hides them; `false` ends it. */
  readonly hideNetns: (hidden: boolean) => void;
  /** Sends the signal and waits for the agent's end; gives its exit code, `null` when a signal ended it. */
  readonly stopAgent: (signal?: NodeJS.Signals) => Promise<number | null>;
  readonly agentPid: () => number;
  readonly agentLog: () => Promise<string>;
  readonly evioctl: (...args: ReadonlyArray<string>) => Promise<Ended>;
  readonly configGen: (...args: ReadonlyArray<string>) => Promise<Ended>;
  readonly status: () => Promise<Status>;
  /** Runs the compiled plugin as a runtime would. */
  readonly cni: (command: string, request: CniCall) => Promise<Ended>;
  /** The same, in the caller's hands while it runs. */
  readonly startCni: (command: string, request: CniCall) => Running;
  readonly remove: () => Promise<void>;
};

export type CniCall = {
  readonly containerId?: string;
  readonly ifname?: string;
  readonly netns?: string;
  readonly args?: string;
  readonly cniVersion?: string;
  /** CNI_PATH; by default where our own programs are built. */
  readonly path?: string;
  readonly config?: Readonly<Record<string, unknown>>;
};

const inside = (netns: Netns, ...command: ReadonlyArray<string>): ReadonlyArray<string> => [
  'ip',
  'netns',
  'exec',
  netns.name,
  ...command,
];

/** Polls until `look` gives something; fails with the sentence after half a minute. */
export const eventually = async <A>(
  what: string,
  look: () => Promise<A | undefined>,
  patienceMs = 30_000,
): Promise<A> => {
  const end = performance.now() + patienceMs;
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
    if (performance.now() > end) throw new Error(`waited ${patienceMs} ms in vain: ${what}`);
    await sleep(20);
  }
};

/**
 * Makes a node; nothing runs on it yet but Open vSwitch. The caller removes it. `built` runs what is installed on a node,
 * not the sources.
 */
export const makeNode = async (name: string, built = false): Promise<TestNode> => {
  const netns = await makeNetns(name);
  const ovs = await startOvs(netns).catch(async (error: unknown) => {
    await netns.remove();
    throw error;
  });
  const dir = await mkdtemp(join(tmpdir(), `evio-node-${name}-`));
  const socket = join(dir, 'run', 'agent.sock');
  const conflist = join(dir, 'net.d', '10-evio.conflist');
  const queue = join(dir, 'state', 'queue');
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
  const agentProgram = await programOf('agent', built);
  const ctlProgram = await programOf('evioctl', built);
  const configGenProgram = await programOf('config-gen', built);
  const fakeBootId = join(dir, 'boot_id');
  let agent: ChildProcess | undefined;
  let rebooted = false;
  let hidden = false;
  let starter: ReadonlyArray<string> = [];

  const agentCommand = (args: ReadonlyArray<string>): ReadonlyArray<string> => {
    // Each `ip netns exec` has a mount namespace of its own, so this shows to nobody else.
    const mounts = [
      ...(rebooted ? [`mount --bind ${fakeBootId} /proc/sys/kernel/random/boot_id`] : []),
      ...(hidden ? ['mount -t tmpfs none /run/netns'] : []),
    ];
    const wrapped = mounts.length > 0 ? ['sh', '-c', [...mounts, 'exec "$@"'].join(' && '), 'sh'] : [];
    return inside(netns, ...wrapped, ...starter, ...agentProgram, ...options, ...args);
  };

  const pluginCall = (
    command: string,
    {
      containerId = randomUUID(),
      ifname = 'eth0',
      netns: path,
      args,
      cniVersion = '1.0.0',
      path: folders,
      config,
    }: CniCall,
  ) => ({
    env: {
      CNI_COMMAND: command,
      CNI_CONTAINERID: containerId,
      CNI_IFNAME: ifname,
      CNI_PATH: folders ?? join(root, 'dist'),
      ...(path === undefined ? {} : { CNI_NETNS: path }),
      ...(args === undefined ? {} : { CNI_ARGS: args }),
    },
    input: JSON.stringify({ cniVersion, name: 'evio', type: 'evio', agentSocket: socket, queue, ...config }),
  });

  const answers = async (): Promise<Status | undefined> => {
    const answered = await connection.call('GET', '/v1/status', undefined, 1000)();
    return answered._tag === 'Right' ? (answered.right.body as Status) : undefined;
  };

  const hasEnded = (process: ChildProcess): boolean =>
    process.exitCode !== null || process.signalCode !== null;

  const stopAgent = async (signal: NodeJS.Signals = 'SIGTERM'): Promise<number | null> => {
    const running = agent;
    agent = undefined;
    if (running === undefined || hasEnded(running)) return running?.exitCode ?? null;
    const ended = new Promise<number | null>((done) => running.once('exit', done));
    running.kill(signal);
    return ended;
  };

  return {
    netns,
    ovs,
    dir,
    socket,
    conflist,
    queue,
    startAgent: async (...args) => {
      const [program = '', ...rest] = agentCommand(args);
      const log = createWriteStream(join(dir, 'agent.log'), { flags: 'a' });
      const child = spawn(program, rest, { stdio: ['ignore', 'ignore', 'pipe'] });
      child.stderr.pipe(log);
      agent = child;
      const started = async () => {
        if (hasEnded(child))
          throw new Error(`the agent ended: ${await readFile(join(dir, 'agent.log'), 'utf8')}`);
        return answers();
      };
      // On a busy machine, or with a thousand ports to look at, a start takes its time.
      await eventually('the agent answers', started, 60_000);
    },
    stopAgent,
    runAgent: (...args) => runToEnd(agentCommand(args)),
    startBy: (...command) => {
      starter = command;
    },
    setBootId: async (bootId) => {
      await writeFile(fakeBootId, `${bootId}\n`);
      rebooted = true;
    },
    hideNetns: (now) => {
      hidden = now;
    },
    agentPid: () => {
      if (agent?.pid === undefined) throw new Error('the agent is not running');
      return agent.pid;
    },
    agentLog: () => readFile(join(dir, 'agent.log'), 'utf8'),
    evioctl: (...args) => runToEnd([...ctlProgram, '--socket', socket, ...args]),
    configGen: (...args) =>
      runToEnd(
        inside(
          netns,
          ...configGenProgram,
          ...options,
          ...['--net-conf', join(dir, 'net-conf.json'), '--cni-bin-dir', join(dir, 'bin'), ...args],
        ),
      ),
    status: async () => eventually('the agent answers', answers),
    cni: (command, request) => runToEnd([pluginBinary], pluginCall(command, request)),
    startCni: (command, request) => {
      const { env, input } = pluginCall(command, request);
      return startPlugin(pluginBinary, env, input);
    },
    remove: async () => {
      await stopAgent('SIGKILL');
      await ovs.stop();
      await netns.remove();
      await rm(dir, { recursive: true, force: true });
    },
  };
};
