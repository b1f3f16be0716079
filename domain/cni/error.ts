import { plain, shown } from '../shown.ts';
import type { CniVersion, Verb } from './version.ts';

/** What a plugin prints when it refuses (CNI spec 1.1.0, section 5, "Error"); `cniVersion` is added when it is printed. */
export type CniError = { readonly code: number; readonly msg: string; readonly details: string };

/** The codes of the specification; 8 and 999 are those of Go's library: the host's own namespace, and everything unforeseen. */
export const codes = {
  incompatibleVersion: 1,
  unsupportedField: 2,
  unknownContainer: 3,
  invalidEnvironment: 4,
  io: 5,
  undecodable: 6,
  invalidNetworkConfig: 7,
  invalidNetns: 8,
  tryAgainLater: 11,
  notAvailable: 50,
  limited: 51,
  internal: 999,
} as const;

const error = (code: number, msg: string, details: string): CniError => ({ code, msg, details });

export const incompatibleVersion = (asked: string, supported: ReadonlyArray<CniVersion>): CniError =>
  error(
    codes.incompatibleVersion,
    `incompatible CNI versions: cniVersion ${shown(asked)}`,
    `config is ${shown(asked)}, plugin supports ${shown(supported)}`,
  );

export const versionIsNoText = (asked: unknown, supported: ReadonlyArray<CniVersion>): CniError =>
  error(
    codes.undecodable,
    `cannot decode cniVersion: ${shown(asked)} is not a text`,
    `write one of ${shown(supported)}`,
  );

export const verbNeedsVersion = (verb: Verb, needed: CniVersion, asked: CniVersion): CniError =>
  error(
    codes.incompatibleVersion,
    `${verb} needs cniVersion ${shown(needed)} or newer, config has cniVersion ${shown(asked)}`,
    `raise cniVersion in the network configuration, or do not call ${verb}`,
  );

/** `key` is the way to the value (`runtimeConfig.mac`). */
export const unsupportedField = (key: string, value: unknown, details: string): CniError =>
  error(
    codes.unsupportedField,
    `unsupported field in the network configuration: "${plain(key)}": ${shown(value)}`,
    details,
  );

export const invalidField = (key: string, value: unknown, expected: string): CniError =>
  error(
    codes.invalidNetworkConfig,
    `invalid network configuration: "${plain(key)}": ${shown(value)}`,
    `write ${expected}`,
  );

export const missingField = (key: string, details: string): CniError =>
  error(codes.invalidNetworkConfig, `invalid network configuration: "${plain(key)}" is missing`, details);

export const missingNetworkName: CniError = error(
  codes.invalidNetworkConfig,
  'missing network name',
  'give the network configuration a "name"',
);

export const invalidNetworkName = (name: unknown): CniError =>
  error(
    codes.invalidNetworkConfig,
    `invalid characters found in network name: "name": ${shown(name)}`,
    'begin with a letter or digit and go on with letters, digits, "_", "." and "-"',
  );

export const unknownVerb = (verb: string, known: ReadonlyArray<Verb>): CniError =>
  error(
    codes.invalidEnvironment,
    `unknown CNI_COMMAND: ${plain(verb)}`,
    `this plugin knows ${known.join(', ')}`,
  );

export const missingVariables = (names: ReadonlyArray<string>): CniError =>
  error(
    codes.invalidEnvironment,
    `required env variables [${names.join(',')}] missing`,
    'the container runtime must set them',
  );

export const invalidVariable = (name: string, value: string, expected: string): CniError =>
  error(codes.invalidEnvironment, `invalid ${name} ${shown(value)}`, expected);

/** In the words of Go's skel. */
export const ownNetns = (path: string, outcome: string): CniError =>
  error(
    codes.invalidNetns,
    `plugin's netns and netns from CNI_NETNS should not be the same: ${shown(path)}`,
    `${outcome}; give the path of the pod's own namespace, or set CNI_NETNS_OVERRIDE=1 if it is meant so`,
  );

export const unreadableInput = (reason: string): CniError =>
  error(
    codes.io,
    `cannot read the network configuration from stdin: ${plain(reason)}`,
    'the runtime must write it and close stdin',
  );

export const inputTooLong = (maxBytes: number): CniError =>
  error(
    codes.io,
    `the network configuration on stdin is longer than ${maxBytes} bytes`,
    'nothing was done; is something else than a network configuration written to stdin?',
  );

export const undecodable = (what: string, reason: string): CniError =>
  error(codes.undecodable, `cannot decode ${what}: ${plain(reason)}`, 'it must be one JSON object');

/** Nothing was asked: the runtime may come again. */
export const agentUnreachable = (verb: Verb, socket: string, reason: string): CniError =>
  error(
    codes.tryAgainLater,
    `evio-agent does not answer on "${plain(socket)}": ${plain(reason)}`,
    `${verb} changed nothing; is evio-agent running on this node, and is "agentSocket" its socket?`,
  );

export const agentHungUp = (verb: Verb, socket: string, reason: string): CniError =>
  error(
    codes.tryAgainLater,
    `evio-agent on "${plain(socket)}" gave no whole answer: ${plain(reason)}`,
    `the agent undoes or completes this ${verb} when it is back; its log says why it hung up`,
  );

export const agentAbsent = (socket: string, reason: string): CniError =>
  error(
    codes.notAvailable,
    `evio-agent does not answer on "${plain(socket)}": ${plain(reason)}`,
    'no pod can be added; is evio-agent running on this node, and is "agentSocket" its socket?',
  );

export const terminated = (verb: Verb, signal: string): CniError =>
  error(
    codes.tryAgainLater,
    `${verb} was ended by ${signal} before evio-agent answered`,
    'the agent undoes what it had begun',
  );

export const unintelligibleAnswer = (socket: string, reason: string): CniError =>
  error(
    codes.internal,
    `the answer of evio-agent on "${plain(socket)}" cannot be understood: ${plain(reason)}`,
    'plugin and agent are probably of different releases: run evio-config-gen again to install the plugin that belongs to the agent',
  );

/** It does not know the path that it was asked by. */
export const agentTooOld = (verb: Verb, socket: string): CniError =>
  error(
    codes.tryAgainLater,
    `evio-agent on "${plain(socket)}" is older than this plugin: it does not know what this ${verb} asks of it`,
    'nothing was changed; upgrade evio-agent on this node, and the runtime may call again',
  );

export const internal = (reason: string): CniError =>
  error(
    codes.internal,
    `unexpected failure of the plugin: ${plain(reason)}`,
    'this is a defect; please report it with this message',
  );
