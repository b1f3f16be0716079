import { plain } from '../shown.ts';
import { suggestion } from '../suggestion.ts';
import { delegateOf, judgeIpam } from './delegate.ts';
import { type CniError, unsupportedField } from './error.ts';
import {
  isFlag,
  isObject,
  isText,
  isTexts,
  type JsonObject,
  type Judge,
  must,
  only,
  passes,
  whenTrue,
} from './judge.ts';
import { interfaceNameRule, isInterfaceName } from './names.ts';
import { isOriginal, originalFields } from './original-fields.ts';
import { args, delegatedArgs, delegatedRuntimeConfig, mac, runtimeConfig } from './runtime-fields.ts';
import { judgeTrunks, trunk } from './trunk-field.ts';

const isDns = (value: unknown): boolean =>
  isObject(value) &&
  (value['domain'] === undefined || isText(value['domain'])) &&
  ['nameservers', 'search', 'options'].every((key) => value[key] === undefined || isTexts(value[key]));

const isMtu = (value: unknown): boolean =>
  Number.isInteger(value) && Number(value) >= 68 && Number(value) <= 65535;

/** As the bridge plugin and ovs-cni have it; 0 is none (IEEE 802.1Q-2022, table 9-2). */
const isVlan = (value: unknown): boolean =>
  Number.isInteger(value) && Number(value) >= 0 && Number(value) <= 4094;

/** Our own keys, and then those of the bridge plugin and ovs-cni of which we have an opinion. */
const ownFields: Readonly<Record<string, Judge>> = {
  bridge: must(
    (value) => isText(value) && isInterfaceName(value),
    `the name of evio-agent's bridge; ${interfaceNameRule}`,
  ),
  bridgeType: only(
    (value) => value === 'OVS' || value === 'ovs',
    'this plugin knows Open vSwitch bridges alone: write "OVS", or leave "bridgeType" out',
  ),
  mtu: must(isMtu, 'a whole number from 68 to 65535'),
  mac,
  vlan: must(isVlan, 'a whole number from 1 to 4094, or 0 for no VLAN'),
  trunk,
  vlanTrunk: trunk,
  agentSocket: must(
    (value) => isText(value) && value.startsWith('/'),
    'the absolute path of evio-agent\'s socket, such as "/run/evio/agent.sock"',
  ),
  queue: must(
    (value) => isText(value) && value.startsWith('/'),
    'the absolute path of the folder "queue" in evio-agent\'s --state-dir, such as "/var/lib/evio/queue"',
  ),
  isGateway: whenTrue('the bridge always has the gateway address; leave "isGateway" out or set it to true'),
  isDefaultGateway: whenTrue(
    'a pod always has its default route through the bridge; leave "isDefaultGateway" out or set it to true',
  ),
  // Both hold: no port sends a frame back, and a pod reaches itself through a Service by way of the host.
  hairpinMode: must(isFlag, 'true or false'),
};

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
  // `judgeIpam` looks at all of the configuration.
  ipam: passes,
  ipMasq: whenTrue('evio-agent masquerades for the whole node; leave "ipMasq" out or set it to true'),
  dns: must(isDns, '{"nameservers": [], "domain": "", "search": [], "options": []}, each of them if needed'),
  ...ownFields,
};

const judgeIn = (
  known: Readonly<Record<string, Judge>>,
  key: string,
  value: unknown,
): CniError | undefined => {
  const judge = Object.hasOwn(known, key) ? known[key] : undefined;
  if (judge !== undefined) return judge(key, value);
  if (key.startsWith('cni.dev/')) return undefined;
  const meant = suggestion(Object.keys(known), key);
  return unsupportedField(
    key,
    value,
    meant === undefined
      ? `this plugin knows ${Object.keys(ownFields).join(', ')} and the keys of the CNI specification; take "${plain(key)}" out`
      : `did you mean "${meant}"?`,
  );
};

const fieldsFor = (keys: JsonObject): Readonly<Record<string, Judge>> => {
  if (isOriginal(keys)) return { ...fields, ...originalFields };
  return delegateOf(keys) === undefined
    ? fields
    : { ...fields, runtimeConfig: delegatedRuntimeConfig, args: delegatedArgs };
};

/** What is wrong with the first wrong key: code 7 for a bad value, 2 for what we do not do or do not know. */
export const judgeFields = (keys: JsonObject): CniError | undefined => {
  const known = fieldsFor(keys);
  for (const [key, value] of Object.entries(keys)) {
    const wrong = judgeIn(known, key, value);
    if (wrong !== undefined) return wrong;
  }
  return judgeTrunks(keys) ?? judgeIpam(keys);
};
