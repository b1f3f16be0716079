import { either as E } from 'fp-ts';
import { type Call, checkNames, readCall } from '../../domain/cni/environment.ts';
import {
  agentAbsent,
  agentHungUp,
  agentUnreachable,
  type CniError,
  inputTooLong,
  internal,
  terminated,
  unintelligibleAnswer,
  unreadableInput,
} from '../../domain/cni/error.ts';
import { decodeConfig, type NetworkConfig, readConfig } from '../../domain/cni/network-config.ts';
import type { CniResult } from '../../domain/cni/result.ts';
import { isSupported, newestVersion, supportedVersions, type Verb } from '../../domain/cni/version.ts';
import { versionFor } from '../../domain/cni/version-for.ts';
import type { AgentAnswer } from '../../domain/port/agent-connection.ts';
import { askAgent, type Unanswered } from './ask-agent.ts';
import type { Capabilities, InputFailure, Outcome } from './capabilities.ts';
import { printed, refused, silent } from './outcome.ts';
import { patienceFor } from './patience.ts';
import { questionFor } from './question.ts';
import { tellVersions } from './tell-versions.ts';

const longestInput = 1024 * 1024;

/** Of what is wrong with an answer, in characters. */
const longestFault = 200;

const about = `evio: a CNI plugin that asks evio-agent on this node for a pod's addresses and wiring
CNI protocol versions supported: ${supportedVersions.join(', ')}
`;

type AgentCall = Exclude<Call, { readonly verb: 'VERSION' }>;

const inputError = (failure: InputFailure): CniError =>
  failure.type === 'input-too-long' ? inputTooLong(longestInput) : unreadableInput(failure.reason);

const unansweredError = (verb: Verb, failure: Unanswered): CniError => {
  switch (failure.type) {
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
const previousResult = async (
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
  previous: CniResult | undefined,
  { status, body }: AgentAnswer,
): Promise<E.Either<CniError, Outcome>> => {
  if (status === 200 && call.verb !== 'ADD') return E.right(silent);
  const { decodeAddAnswer, decodeErrorAnswer } = await import('../../domain/cni/answer.ts');
  const unintelligible = (fault: string): CniError =>
    unintelligibleAnswer(config.agentSocket, `status ${status}: ${fault.slice(0, longestFault)}`);
  if (status !== 200) {
    const answer = decodeErrorAnswer(body);
    return E.left(E.isRight(answer) ? answer.right.error : unintelligible(answer.left));
  }
  const answer = decodeAddAnswer(body);
  if (E.isLeft(answer)) return E.left(unintelligible(answer.left));
  const { resultIn } = await import('../../domain/cni/result-version.ts');
  const ours = config.dns === undefined ? answer.right.result : { ...answer.right.result, dns: config.dns };
  if (previous === undefined) return E.right(printed(resultIn(config.cniVersion, ours)));
  const { appendResult } = await import('../../domain/cni/prev-result.ts');
  return E.right(printed(resultIn(config.cniVersion, appendResult(previous, ours))));
};

/** The answer's codecs take a millisecond to load: once the request has left, that passes while the agent works. */
const loadWhileWaiting = async ({ timer }: Capabilities): Promise<void> => {
  await timer.sleep(1);
  await import('../../domain/cni/answer.ts');
};

const viaAgent = async (
  capabilities: Capabilities,
  call: AgentCall,
  config: NetworkConfig,
): Promise<E.Either<CniError, Outcome>> => {
  const previous = await previousResult(call, config);
  if (E.isLeft(previous)) return previous;
  const question = await questionFor(capabilities, call, config);
  if (E.isLeft(question)) return question;
  const agent = capabilities.connectAgent(config.agentSocket);
  const answer = askAgent(capabilities, agent, patienceFor(call.verb), question.right);
  if (call.verb === 'ADD') await loadWhileWaiting(capabilities);
  const told = await answer;
  return E.isLeft(told)
    ? E.left(unansweredError(call.verb, told.left))
    : answered(call, config, previous.right, told.right);
};

/** The checks stand in the order of Go's skel: input, JSON, network name, container id and interface name, version. */
const attend = async (capabilities: Capabilities, call: AgentCall): Promise<Outcome> => {
  const input = await Promise.race([capabilities.readInput(longestInput), capabilities.termination]);
  if (typeof input === 'string') return refused(newestVersion, terminated(call.verb, input));
  if (E.isLeft(input)) return refused(newestVersion, inputError(input.left));
  const raw = readConfig(input.right);
  if (E.isLeft(raw)) return refused(newestVersion, raw.left);
  const asked = raw.right.keys['cniVersion'];
  const spoken = isSupported(asked) ? asked : newestVersion;
  const named = checkNames(call);
  if (E.isLeft(named)) return refused(spoken, named.left);
  const version = versionFor(call.verb, asked);
  if (E.isLeft(version)) return refused(spoken, version.left);
  const config = decodeConfig(raw.right, call.verb, version.right);
  if (E.isLeft(config)) return refused(spoken, config.left);
  const outcome = await viaAgent(capabilities, call, config.right);
  return E.isLeft(outcome) ? refused(spoken, outcome.left) : outcome.right;
};

/**
 * One run of the plugin: what to print and the exit code. Whatever happens, stdout is empty or one JSON document: the
 * result, or the error with exit code 1.
 */
export const runPlugin = async (capabilities: Capabilities): Promise<Outcome> => {
  if (!capabilities.environment['CNI_COMMAND']) return { stdout: '', stderr: about, exitCode: 0 };
  try {
    const call = readCall(capabilities.environment);
    if (E.isLeft(call)) return refused(newestVersion, call.left);
    return call.right.verb === 'VERSION'
      ? await tellVersions(capabilities)
      : await attend(capabilities, call.right);
  } catch (cause) {
    return refused(newestVersion, internal(cause instanceof Error ? cause.message : String(cause)));
  }
};
