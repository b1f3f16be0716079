// What the plugin loads late is loaded here, so that a run waits for nothing but the simulated world.
import '../domain/cni/answer.ts';
import '../domain/cni/prev-result.ts';
import '../domain/cni/result-version.ts';
import '../services/cni-plugin/ipam-config.ts';
import '../services/cni-plugin/ipam-question.ts';
import { either as E } from 'fp-ts';
import type { Environment } from '../domain/cni/environment.ts';
import { queuedDelName, queuedDelText, queuedFolder } from '../domain/cni/queued-del.ts';
import { addressesOf } from '../domain/host/state.ts';
import { parseAddress } from '../domain/ip/address.ts';
import type { AgentConnection } from '../domain/port/agent-connection.ts';
import type { Capabilities } from '../services/cni-plugin/capabilities.ts';
import { runPlugin } from '../services/cni-plugin/plugin.ts';
import { viaDelegate } from '../services/cni-plugin/via-delegate.ts';
import { connect } from './connection.ts';
import type { Owner } from './loop.ts';
import { device } from './machine/kernel.ts';
import { type Around, binFolder, lender, runLender } from './machine/lender.ts';
import { openQueueDel } from './machine/queue.ts';
import { openClock, openTimer } from './machine/time.ts';
import { lenderBegan } from './promises/lending.ts';
import { type Ran, type Run, wordsOf } from './run.ts';
import { ifname, type Sandbox } from './slots.ts';
import { bootIdOf, type World } from './world.ts';

type Seen = { -readonly [Key in Exclude<keyof Ran, 'said' | 'succeeded'>]: Ran[Key] };

/** The plugin's way to the agent. */
export const connectionOf = (world: World, client: Owner): AgentConnection => {
  const plain = connect(world, client);
  return world.seams.connection?.(plain, world) ?? plain;
};

const watched = (connection: AgentConnection, seen: Seen): AgentConnection => ({
  call:
    (...asked) =>
    async () => {
      seen.asked += 1;
      seen.heard = false;
      const answer = await connection.call(...asked)();
      seen.heard = E.isRight(answer);
      return answer;
    },
});

const environmentOf = ({ verb, containerId, path, args }: Run): Environment => ({
  CNI_COMMAND: verb,
  CNI_CONTAINERID: containerId,
  CNI_IFNAME: ifname,
  CNI_NETNS: path,
  CNI_PATH: binFolder,
  CNI_ARGS: args,
});

const aroundOf = (world: World, { verb }: Run, seen: Seen): Around => ({
  subnets: () => world.history.host.lease?.subnets ?? [],
  held: () => [...world.history.host.attachments.values()].flatMap(addressesOf),
  began: (asked, containerId) => {
    if (asked === 'ADD') seen.lent = true;
    lenderBegan(world, verb, asked, containerId);
  },
});

const capabilitiesOf = (
  world: World,
  client: Owner,
  run: Run,
  seen: Seen,
  termination: Promise<string>,
): Capabilities => {
  const { loop, wall, faults, queue, kernel, ids, lender: state } = world;
  return {
    program: run.program,
    environment: environmentOf(run),
    readInput: async () => E.right(JSON.stringify(run.config)),
    connectAgent: () => watched(connectionOf(world, client), seen),
    queueDel: (folder, file) => async () => {
      const queued = await openQueueDel(queue, faults, loop, client)(folder, file)();
      seen.queued = E.isRight(queued);
      return queued;
    },
    fileAt: (path) => {
      const inode = kernel.netns.get(path)?.inode;
      return inode === undefined ? undefined : { device, inode };
    },
    readText: (path) => E.left(`open ${path}: no such file or directory`),
    bootId: () => bootIdOf(world),
    runDelegate: runLender(state, faults, loop, client, aroundOf(world, run, seen)),
    isFile: (path) => path === `${binFolder}/${lender}`,
    loadDelegation: async () => ({ viaDelegate }),
    clock: openClock(loop, wall),
    timer: openTimer(loop, client),
    ids: {
      random: () => {
        seen.requestId = ids.random();
        return seen.requestId;
      },
    },
    termination,
    loadAddressParser: async () => parseAddress,
    loadQueuedDel: async () => ({ queuedDelName, queuedDelText, queuedFolder }),
  };
};

/** The process ends: its timers and connections with it. */
const exit = (world: World, client: Owner): void => {
  world.loop.kill(client, false);
  for (const open of world.life?.open ?? []) if (open.client === client) open.gone();
};

/** Runs the plugin's program from its environment to what it says on stdout; who is killed meanwhile says nothing. */
export const runProgram = (
  world: World,
  client: Owner,
  run: Run,
  heard: (ran: Ran) => void,
  sandbox?: Sandbox,
): void => {
  const seen: Seen = { requestId: '', asked: 0, heard: true, queued: false, lent: false };
  const { promise: termination, resolve } = Promise.withResolvers<string>();
  if (sandbox !== undefined) sandbox.terminate = () => resolve('SIGTERM');
  const plain = capabilitiesOf(world, client, run, seen, termination);
  runPlugin(world.seams.plugin?.(plain, world) ?? plain).then(
    ({ stdout, exitCode }) => {
      if (!client.alive) return;
      exit(world, client);
      const ran: Ran = { ...seen, said: JSON.parse(stdout || '{}'), succeeded: exitCode === 0 };
      if (/unexpected failure of the plugin/.test(wordsOf(ran)))
        world.breaks('no defect', `${client.name}: ${wordsOf(ran)}`);
      heard(ran);
    },
    (defect) => world.breaks('no defect', `${run.program} ${run.verb}: ${defect}`),
  );
};
