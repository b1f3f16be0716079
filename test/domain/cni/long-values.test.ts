import test from 'ava';
import { either as E } from 'fp-ts';
import { readArguments } from '../../../domain/cni/arguments.ts';
import { checkNames, readCall } from '../../../domain/cni/environment.ts';
import type { CniError } from '../../../domain/cni/error.ts';
import { decodeConfig, readConfig } from '../../../domain/cni/network-config.ts';
import { decodePrevResult } from '../../../domain/cni/prev-result.ts';
import { versionFor } from '../../../domain/cni/version-for.ts';

/** A mebibyte that would clear a terminal, wherever a message shows it. */
const long = `\x1b[2J\u202e${'x'.repeat(1 << 20)}`;

const ofKey = (key: string, value: unknown) =>
  decodeConfig({ network: 'evio', text: '', keys: { [key]: value } }, 'ADD', '1.0.0');

const refusals: Readonly<Record<string, () => E.Either<CniError, unknown>>> = {
  'a verb': () => readCall({ CNI_COMMAND: long }),
  'a container id': () => checkNames({ verb: 'DEL', containerId: long, ifname: 'eth0', netns: undefined }),
  'an interface name': () => checkNames({ verb: 'DEL', containerId: 'c1', ifname: long, netns: undefined }),
  'CNI_ARGS without a pair': () => readArguments(long),
  'an unknown argument': () => readArguments(`${long}=1`),
  'a configuration that is no JSON': () => readConfig(long),
  'a network name': () => readConfig(JSON.stringify({ name: long })),
  'a version': () => versionFor('ADD', long),
  'a version that is no text': () => versionFor('ADD', [long]),
  'a version that nobody knows': () => versionFor('ADD', `9.9.${'9'.repeat(1 << 20)}`),
  'a key': () => ofKey(long, 1),
  'a capability': () => ofKey('runtimeConfig', { [long]: 1 }),
  'an IPAM key': () => ofKey('ipam', { [long]: 1 }),
  'a bridge': () => ofKey('bridge', long),
  'a socket': () => ofKey('agentSocket', long),
  'a previous result': () => decodePrevResult({ ips: long }),
  'a key of a previous result': () => decodePrevResult({ ips: [{ address: { [long]: long } }] }),
};

for (const [what, refuse] of Object.entries(refusals)) {
  test(`${what} of a mebibyte is refused in a message of one readable line`, (t) => {
    const refused = refuse();
    if (E.isRight(refused)) return t.fail('it was not refused');
    const { msg, details } = refused.left;
    t.true(msg.length + details.length < 1500, `${msg.length + details.length} characters`);
    t.notRegex(msg + details, /[\p{Cc}\p{Cf}]/u);
  });
}
