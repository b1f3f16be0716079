import { either as E } from 'fp-ts';
import { checkNames, readCall } from '../../domain/cni/environment.ts';
import {
  type CniError,
  inputTooLong,
  internal,
  ownNetns,
  terminated,
  unreadableInput,
} from '../../domain/cni/error.ts';
import {
  decodeConfig,
  type NetworkConfig,
  type RawConfig,
  readConfig,
} from '../../domain/cni/network-config.ts';
import {
  type CniVersion,
  isSupported,
  newestVersion,
  supportedVersions,
  type Verb,
} from '../../domain/cni/version.ts';
import { versionFor } from '../../domain/cni/version-for.ts';
import type { AgentCall, Capabilities, InputFailure, Outcome } from './capabilities.ts';
import { refused } from './outcome.ts';
import { ownNetnsOf } from './own-netns.ts';
import { tellVersions } from './tell-versions.ts';
import { viaAgent } from './via-agent.ts';

const longestInput = 1024 * 1024;

const about = `evio: a CNI plugin that asks evio-agent on this node for a pod's addresses and wiring
CNI protocol versions supported: ${supportedVersions.join(', ')}
`;

const inputError = (failure: InputFailure): CniError =>
  failure.type === 'input-too-long' ? inputTooLong(longestInput) : unreadableInput(failure.reason);

/** Under the name `evio-ipam` other plugins delegate to us, and the configuration is theirs. */
const configFor = async (
  capabilities: Capabilities,
  raw: RawConfig,
  verb: Verb,
  version: CniVersion,
): Promise<E.Either<CniError, NetworkConfig>> =>
  capabilities.program === 'evio-ipam'
    ? (await import('./ipam-config.ts')).ipamConfigFor(capabilities, raw, verb, version)
    : decodeConfig(raw, verb, version);

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
  const config = await configFor(capabilities, raw.right, call.verb, version.right);
  if (E.isLeft(config)) return refused(spoken, config.left);
  const { delegate } = config.right;
  const own = ownNetnsOf(capabilities, call);
  if (own !== undefined && call.verb === 'ADD') return refused(spoken, ownNetns(own, 'nothing was added'));
  const outcome =
    delegate === undefined
      ? await viaAgent(capabilities, call, config.right)
      : await (await capabilities.loadDelegation()).viaDelegate(capabilities, call, config.right, delegate);
  if (E.isLeft(outcome)) return refused(spoken, outcome.left);
  // As Go's skel does: what is to be released is, whatever the path leads to by now.
  return own === undefined ? outcome.right : refused(spoken, ownNetns(own, 'the DEL was done all the same'));
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
