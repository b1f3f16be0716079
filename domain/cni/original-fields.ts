import { isFlag, isObject, isText, type Judge, must, whenTrue } from './judge.ts';

/** The `type` of a configuration that the first Evio CNI plugin's generator wrote; our plugin is installed under that name too. */
const originalType = 'evioPlugin';

export const isOriginal = ({ type }: { readonly type?: unknown }): boolean => type === originalType;

/**
 * Keys of the original that ours does not have, so that its 10-evio.conf works as it is. What it says of addresses and of its bridge
 * does not decide: the node's lease and the agent's bridge do.
 */
export const originalFields: Readonly<Record<string, Judge>> = {
  isIPMasq: whenTrue('evio-agent masquerades for the whole node; set "isIPMasq" to true, or leave it out'),
  bridgeIPv4: must(
    (value) => isText(value) && /^\d+(\.\d+){3}\/\d+$/.test(value),
    'the gateway as ADDRESS/LENGTH, or leave it out: it follows from the lease',
  ),
  ipam: must(isObject, 'an object, or leave it out: addresses come from the lease'),
  podCIDR: must(isText, 'a CIDR, or leave it out: evioctl configure says it for the cluster'),
  nodeBits: must(
    (value) => /^\d{1,3}$/.test(String(value)),
    'a number or its text, or leave it out: evioctl configure says it for the cluster',
  ),
  dataStore: must(isText, 'a text, or leave it out: no store is asked'),
  auth: must(isFlag, 'true or false, or leave it out: no store is asked'),
};
