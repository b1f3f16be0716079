import leven from 'leven';
import { plain } from '../shown.ts';
import { type CniError, invalidField, unsupportedField } from './error.ts';
import { interfaceNameRule, isInterfaceName } from './names.ts';

/** What is wrong with a key's value; `undefined` when nothing is. */
export type Judge = (key: string, value: unknown) => CniError | undefined;

export type JsonObject = Readonly<Record<string, unknown>>;

export const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isText = (value: unknown): value is string => typeof value === 'string';
export const isTexts = (value: unknown): value is ReadonlyArray<string> =>
  Array.isArray(value) && value.every(isText);
const isFlag = (value: unknown): boolean => typeof value === 'boolean';

/** A value of the wrong kind: code 7. */
const must =
  (accepts: (value: unknown) => boolean, expected: string): Judge =>
  (key, value) =>
    accepts(value) ? undefined : invalidField(key, value, expected);

/** A value that makes sense, but that we do not do: code 2. */
const only =
  (accepts: (value: unknown) => boolean, details: string): Judge =>
  (key, value) =>
    accepts(value) ? undefined : unsupportedField(key, value, details);

const whenTrue = (details: string): Judge => only((value) => value === true, details);

const passes: Judge = () => undefined;

const isDns = (value: unknown): boolean =>
  isObject(value) &&
  (value['domain'] === undefined || isText(value['domain'])) &&
  ['nameservers', 'search', 'options'].every((key) => value[key] === undefined || isTexts(value[key]));

/** Capabilities that change nothing we do may be ignored; another one, if asked for, must not be. */
const ignoredCapabilities = ['ips', 'aliases', 'cgroupPath', 'dns'];

const runtimeConfig: Judge = (key, value) => {
  if (!isObject(value)) return invalidField(key, value, 'an object');
  for (const [capability, asked] of Object.entries(value)) {
    if (!ignoredCapabilities.includes(capability)) {
      return unsupportedField(
        `${key}.${capability}`,
        asked,
        `this plugin honours the capability "ips" alone; take "${plain(capability)}" out of its "capabilities"`,
      );
    }
  }
  const ips = value['ips'];
  return ips === undefined || isTexts(ips)
    ? undefined
    : invalidField(`${key}.ips`, ips, 'a list of addresses, each with or without prefix');
};

const args: Judge = (key, value) => {
  if (!isObject(value)) return invalidField(key, value, 'an object');
  const cni = value['cni'];
  const ips = isObject(cni) ? cni['ips'] : undefined;
  return ips === undefined || isTexts(ips)
    ? undefined
    : invalidField(`${key}.cni.ips`, ips, 'a list of addresses, each with or without prefix');
};

const ipam: Judge = (key, value) => {
  if (!isObject(value)) return invalidField(key, value, '{}, or leave "ipam" out');
  const first = 'type' in value ? 'type' : Object.keys(value)[0];
  return first === undefined
    ? undefined
    : unsupportedField(
        `${key}.${first}`,
        value[first],
        'addresses come from evio-agent; leave "ipam" out (delegation to another IPAM plugin is not in this release)',
      );
};

const isMtu = (value: unknown): boolean =>
  Number.isInteger(value) && Number(value) >= 68 && Number(value) <= 65535;

/** Every key that a network configuration of ours may have. */
const fields: Readonly<Record<string, Judge>> = {
  // The specification's own
  cniVersion: passes,
  name: passes,
  cniVersions: must(isTexts, 'a list of versions'),
  disableCheck: must(isFlag, 'true or false'),
  disableGC: must(isFlag, 'true or false'),
  loadOnlyInlinedPlugins: must(isFlag, 'true or false'),
  type: must(isText, 'the name of this plugin, "evio"'),
  capabilities: must(isObject, 'an object, such as {"ips": true}'),
  runtimeConfig,
  args,
  prevResult: must(isObject, 'the result of the plugin before'),
  ipam,
  ipMasq: whenTrue('evio-agent masquerades for the whole node; leave "ipMasq" out or set it to true'),
  dns: must(isDns, '{"nameservers": [], "domain": "", "search": [], "options": []}, each of them if needed'),
  // Ours
  bridge: must(
    (value) => isText(value) && isInterfaceName(value),
    `the name of evio-agent's bridge; ${interfaceNameRule}`,
  ),
  bridgeType: only(
    (value) => value === 'OVS' || value === 'ovs',
    'this plugin knows Open vSwitch bridges alone: write "OVS", or leave "bridgeType" out',
  ),
  mtu: must(isMtu, 'a whole number from 68 to 65535'),
  agentSocket: must(
    (value) => isText(value) && value.startsWith('/'),
    'the absolute path of evio-agent\'s socket, such as "/run/evio/agent.sock"',
  ),
  queue: must(
    (value) => isText(value) && value.startsWith('/'),
    'the absolute path of the folder "queue" in evio-agent\'s --state-dir, such as "/var/lib/evio/queue"',
  ),
  // The bridge plugin's
  isGateway: whenTrue('the bridge always has the gateway address; leave "isGateway" out or set it to true'),
  isDefaultGateway: whenTrue(
    'a pod always has its default route through the bridge; leave "isDefaultGateway" out or set it to true',
  ),
};

/** The known key that was probably meant: the nearest one, at most two letters away. */
const suggestion = (key: string): string | undefined =>
  Object.keys(fields)
    .map((known) => ({ known, distance: leven(key.toLowerCase(), known.toLowerCase()) }))
    .filter(({ distance }) => distance <= Math.min(2, key.length - 1))
    .sort((one, other) => one.distance - other.distance)[0]?.known;

/** What is wrong with one key of a configuration: code 7 for a bad value, 2 for what we do not do or do not know. */
export const judgeField: Judge = (key, value) => {
  const judge = Object.hasOwn(fields, key) ? fields[key] : undefined;
  if (judge !== undefined) return judge(key, value);
  if (key.startsWith('cni.dev/')) return undefined;
  const meant = suggestion(key);
  return unsupportedField(
    key,
    value,
    meant === undefined
      ? `this plugin knows ${Object.keys(fields).slice(-7).join(', ')} and the keys of the CNI specification; take "${plain(key)}" out`
      : `did you mean "${meant}"?`,
  );
};
