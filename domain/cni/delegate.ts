import { asksThroughPod } from '../host/asks-through-pod.ts';
import { type CniError, invalidField, missingField, unsupportedField } from './error.ts';
import { isObject, isText, type JsonObject } from './judge.ts';
import { isOriginal } from './original-fields.ts';

/** The names under which our own programs are installed: as delegates they would ask evio-agent for what it gives anyway. */
const own: ReadonlyArray<unknown> = ['evio', 'evioPlugin', 'evio-ipam'];

/** A file name, which leads to no other folder than the one it is looked for in (CNI spec 1.1.0, section 1: "type"). */
const isFileName = (value: unknown): value is string =>
  isText(value) && /^[^/\\\0]+$/.test(value) && value !== '.' && value !== '..';

/** Whether `ipam` names the plugin that runs: it would run itself, and so on. */
const namesItself = ({ type }: JsonObject, delegate: unknown): boolean =>
  own.includes(delegate) || delegate === type;

/**
 * The IPAM plugin that a configuration delegates to; `undefined` where addresses come from evio-agent. The first Evio plugin's
 * configuration names one, too, and its addresses give way to the lease.
 */
export const delegateOf = (keys: JsonObject): string | undefined => {
  const { ipam } = keys;
  if (!isObject(ipam) || isOriginal(keys)) return undefined;
  const { type } = ipam;
  return isFileName(type) && !namesItself(keys, type) ? type : undefined;
};

/** What is wrong with `ipam`: code 7 where it names no plugin, 2 where it names ours, or one that cannot ask from where the pod is. What else is in it is the delegate's. */
export const judgeIpam = (keys: JsonObject): CniError | undefined => {
  const { ipam } = keys;
  if (ipam === undefined || isOriginal(keys)) return undefined;
  if (!isObject(ipam)) return invalidField('ipam', ipam, 'an object, or leave "ipam" out');
  const { type } = ipam;
  if (Object.keys(ipam).length === 0) return undefined;
  if (type === undefined)
    return missingField('ipam.type', 'name the IPAM plugin to delegate to, or leave "ipam" out');
  if (!isFileName(type))
    return invalidField(
      'ipam.type',
      type,
      'the file name of an IPAM plugin in CNI_PATH, such as "host-local"',
    );
  if (namesItself(keys, type))
    return unsupportedField('ipam.type', type, 'evio-agent gives addresses without it: leave "ipam" out');
  const inVlan = ['vlan', 'trunk', 'vlanTrunk'].find((key) => keys[key] !== undefined && keys[key] !== 0);
  return inVlan !== undefined && asksThroughPod(type)
    ? unsupportedField(
        'ipam.type',
        type,
        `it asks a server on the bridge itself, which no VLAN reaches: take "${inVlan}" out, or name a plugin that needs no interface, such as "host-local"`,
      )
    : undefined;
};
