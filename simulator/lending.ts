import { either as E } from 'fp-ts';
import type { JsonObject } from '../domain/cni/judge.ts';
import type { AgentAnswer } from '../domain/port/agent-connection.ts';
import type { Unanswered } from '../services/cni-plugin/ask-agent.ts';
import type { Owner } from './loop.ts';
import { lender } from './machine/lender.ts';
import { runProgram } from './program.ts';
import { type Asked, heardAdd, heardDel } from './promises/answers.ts';
import { heardLentAdd, heardLentDel, heardLentGc } from './promises/lending.ts';
import { type Ran, type Run, wordsOf } from './run.ts';
import { ifname, lentNetwork, type Slot } from './slots.ts';
import type { World } from './world.ts';

/* Pods of ours whose addresses another IPAM plugin gives. */

const config: JsonObject = {
  cniVersion: '1.1.0',
  name: lentNetwork,
  type: 'evio',
  ipam: { type: lender },
};

const runOf = (verb: Run['verb'], { containerId, path }: Slot, more: JsonObject = {}): Run => ({
  program: 'evio',
  verb,
  config: { ...config, ...more },
  containerId,
  path,
  args: `K8S_POD_NAMESPACE=default;K8S_POD_NAME=${containerId}`,
});

/** As an agent that does all of it would have answered. */
const answerOf = (ran: Ran): E.Either<Unanswered, AgentAnswer> => {
  if (ran.succeeded) return E.right({ status: 200, body: { result: ran.said } });
  return ran.heard
    ? E.right({ status: 409, body: { error: ran.said } })
    : E.left({ type: 'agent-hung-up', socket: '', reason: wordsOf(ran) });
};

export const addLent = (world: World, slot: Slot, client: Owner, asked: Omit<Asked, 'requestId'>): void =>
  runProgram(
    world,
    client,
    runOf('ADD', slot),
    (ran) => {
      slot.plugin = undefined;
      if (ran.succeeded) slot.result = ran.said;
      heardLentAdd(world, slot, ran);
      heardAdd(world, slot, { ...asked, requestId: ran.requestId }, answerOf(ran));
    },
    slot,
  );

export const delLent = (world: World, slot: Slot, client: Owner, done: () => void): void => {
  const { path: _, ...unnamed } = runOf('DEL', slot);
  runProgram(
    world,
    client,
    slot.namesNetns ? runOf('DEL', slot) : unnamed,
    (ran) => {
      slot.plugin = undefined;
      heardLentDel(world, slot, ran);
      heardDel(world, slot, ran.succeeded && ran.queued ? E.right('queued') : answerOf(ran));
      done();
    },
    slot,
  );
};

export const checkLent = (
  world: World,
  slot: Slot,
  client: Owner,
  heard: (answer: E.Either<Unanswered, AgentAnswer>, requestId: string) => void,
): void =>
  runProgram(world, client, runOf('CHECK', slot, { prevResult: slot.result }), (ran) => {
    slot.plugin = undefined;
    heard(answerOf(ran), ran.requestId);
  });

/** The runtime lists what it has of this network; the delegate is told the same. */
export const collectLent = (
  world: World,
  client: Owner,
  valid: ReadonlyArray<Slot>,
  done: () => void,
): void => {
  const listed = valid.map(({ containerId }) => ({ containerID: containerId, ifname }));
  const run: Run = {
    program: 'evio',
    verb: 'GC',
    config: { ...config, 'cni.dev/valid-attachments': listed },
  };
  runProgram(world, client, run, (ran) => {
    heardLentGc(world, valid, ran);
    done();
  });
};
