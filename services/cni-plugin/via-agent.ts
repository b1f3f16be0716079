import { either as E } from 'fp-ts';
import type { Call } from '../../domain/cni/environment.ts';
import {
  agentAbsent,
  agentHungUp,
  agentTooOld,
  agentUnreachable,
  type CniError,
  terminated,
  unintelligibleAnswer,
} from '../../domain/cni/error.ts';
import type { NetworkConfig } from '../../domain/cni/network-config.ts';
import { delNotQueued } from '../../domain/cni/queue-words.ts';
import type { CniResult } from '../../domain/cni/result.ts';
import type { Verb } from '../../domain/cni/version.ts';
import type { AgentAnswer, AgentConnection } from '../../domain/port/agent-connection.ts';
import { askAgent, type Question, type Unanswered } from './ask-agent.ts';
import { askOrQueue, type Doomed, type NotQueued } from './ask-or-queue.ts';
import type { AgentCall, Capabilities, Outcome } from './capabilities.ts';
import { printed, silent } from './outcome.ts';
import { patienceFor } from './patience.ts';
import { questionFor } from './question.ts';

const unansweredError = (verb: Verb, { queue }: NetworkConfig, failure: Unanswered | NotQueued): CniError => {
  switch (failure.type) {
    case 'not-queued':
      return delNotQueued(failure.unanswered, queue, failure.failure);
    case 'terminated':
      return terminated(verb, failure.signal);
    case 'agent-unreachable':
      return verb === 'STATUS'
        ? agentAbsent(failure.socket, failure.reason)
        : agentUnreachable(verb, failure.socket, failure.reason);
    case 'agent-hung-up':
      return verb === 'STATUS'
        ? agentAbsent(failure.socket, failure.reason)
        : agentHungUp(verb, failure.socket, failure.reason);
  }
};

/** A chained ADD gets the result of the plugin before; it is looked at before anything is asked of the agent. */
export const previousResult = async (
  call: AgentCall,
  { prevResult }: NetworkConfig,
): Promise<E.Either<CniError, CniResult | undefined>> => {
  if (call.verb !== 'ADD' || prevResult === undefined) return E.right(undefined);
  const { decodePrevResult } = await import('../../domain/cni/prev-result.ts');
  return decodePrevResult(prevResult);
};

const answered = async (
  call: AgentCall,
  config: NetworkConfig,
  { status, body }: AgentAnswer,
): Promise<E.Either<CniError, CniResult | undefined>> => {
  if (status === 200 && call.verb !== 'ADD') return E.right(undefined);
  const { decodeAddAnswer, decodeErrorAnswer } = await import('../../domain/cni/answer.ts');
  const unintelligible = (fault: string): CniError =>
    unintelligibleAnswer(config.agentSocket, `status ${status}: ${fault}`);
  if (status !== 200) {
    if (status === 404) return E.left(agentTooOld(call.verb, config.agentSocket));
    const answer = decodeErrorAnswer(body);
    return E.left(E.isRight(answer) ? answer.right.error : unintelligible(answer.left));
  }
  const answer = decodeAddAnswer(body);
  return E.isLeft(answer) ? E.left(unintelligible(answer.left)) : E.right(answer.right.result);
};

/** The result of an ADD as its runtime reads it, behind that of the plugin before. */
export const printedResult = async (
  { cniVersion, dns }: NetworkConfig,
  previous: CniResult | undefined,
  result: CniResult,
): Promise<Outcome> => {
  const { resultIn } = await import('../../domain/cni/result-version.ts');
  const ours = dns === undefined ? result : { ...result, dns };
  if (previous === undefined) return printed(resultIn(cniVersion, ours));
  const { appendResult } = await import('../../domain/cni/prev-result.ts');
  return printed(resultIn(cniVersion, appendResult(previous, ours)));
};

/** What the runtime wants gone, and what is under its path before anybody is asked. */
const doomedBy = (
  { fileAt }: Capabilities,
  { containerId, ifname, netns }: Extract<Call, { readonly verb: 'DEL' }>,
  { network, pool }: NetworkConfig,
): Doomed => {
  const doomed = {
    attachment: { network, containerId, ifname },
    ...(pool === undefined ? {} : { pool: { ipam: pool.ipam } }),
  };
  if (netns === undefined) return doomed;
  const seen = fileAt(netns);
  return { ...doomed, netns: { path: netns, ...(seen === undefined ? {} : { seen }) } };
};

const ask = async (
  capabilities: Capabilities,
  call: AgentCall,
  config: NetworkConfig,
  agent: AgentConnection,
  question: Question,
): Promise<E.Either<Unanswered | NotQueued, AgentAnswer | 'queued'>> => {
  if (call.verb === 'DEL') {
    const doomed = doomedBy(capabilities, call, config);
    return askOrQueue(capabilities, agent, question, config.queue, doomed);
  }
  return askAgent(capabilities, agent, patienceFor(call.verb), question);
};

/** Asks, and says what the agent's answer, or its silence, means to the runtime. Of an ADD its result. */
export const askFor = async (
  capabilities: Capabilities,
  call: AgentCall,
  config: NetworkConfig,
  question: Question,
): Promise<E.Either<CniError, CniResult | undefined>> => {
  const agent = capabilities.connectAgent(config.agentSocket);
  const told = await ask(capabilities, call, config, agent, question);
  if (E.isLeft(told)) return E.left(unansweredError(call.verb, config, told.left));
  return told.right === 'queued' ? E.right(undefined) : answered(call, config, told.right);
};

/** A call whose addresses come from the agent. */
export const viaAgent = async (
  capabilities: Capabilities,
  call: AgentCall,
  config: NetworkConfig,
): Promise<E.Either<CniError, Outcome>> => {
  const previous = await previousResult(call, config);
  if (E.isLeft(previous)) return previous;
  const question = await questionFor(capabilities, call, config);
  if (E.isLeft(question)) return question;
  const result = await askFor(capabilities, call, config, question.right);
  if (E.isLeft(result)) return result;
  return E.right(
    result.right === undefined ? silent : await printedResult(config, previous.right, result.right),
  );
};
