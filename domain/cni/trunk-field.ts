import { trunkOf } from '../trunk.ts';
import type { Trunk } from '../vlan.ts';
import { type CniError, invalidField } from './error.ts';
import { isObject, type JsonObject, must } from './judge.ts';

/** ovs-cni's key, and the bridge plugin's for the same. */
const keysOfTrunk = ['trunk', 'vlanTrunk'] as const;

const isTagged = (value: unknown): value is number =>
  Number.isInteger(value) && Number(value) >= 1 && Number(value) <= 4094;

/** The VLANs of `{"id": n}` or `{"minID": a, "maxID": b}`, both ends included; `undefined` for anything else. */
const vlansOf = (value: unknown): ReadonlyArray<number> | undefined => {
  if (!isObject(value)) return undefined;
  const { id, minID, maxID, ...others } = value;
  if (Object.keys(others).length > 0) return undefined;
  if (id !== undefined) return isTagged(id) && minID === undefined && maxID === undefined ? [id] : undefined;
  if (!isTagged(minID) || !isTagged(maxID) || minID > maxID) return undefined;
  return Array.from({ length: maxID - minID + 1 }, (_, at) => minID + at);
};

const allOf = (value: unknown): ReadonlyArray<number> | undefined => {
  if (!Array.isArray(value) || value.length === 0) return undefined;
  const all = value.map(vlansOf);
  return all.every((one) => one !== undefined) ? all.flat() : undefined;
};

export const trunk = must(
  (value) => allOf(value) !== undefined,
  'a list of {"id": VLAN} or {"minID": VLAN, "maxID": VLAN}, at least one, each VLAN from 1 to 4094',
);

/** Both keys say the same thing: code 7. */
export const judgeTrunks = (keys: JsonObject): CniError | undefined =>
  keysOfTrunk.every((key) => keys[key] !== undefined)
    ? invalidField('vlanTrunk', keys['vlanTrunk'], 'nothing: "trunk" says the same, leave one of them out')
    : undefined;

/** What a judged configuration says of it; `undefined` where it says nothing. */
export const readTrunk = (keys: JsonObject): Trunk | undefined =>
  trunkOf(keysOfTrunk.flatMap((key) => allOf(keys[key]) ?? []));
