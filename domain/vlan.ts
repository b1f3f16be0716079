import * as t from 'io-ts';
import { Integer } from './integer.ts';

/** The numbers that a frame's tag may bear: 0 is no VLAN, and 4095 is reserved (IEEE 802.1Q-2022, table 9-2). */
const first = 1;
const last = 4094;

/** A VLAN by its number, 1 to 4094. Where there is none, the key is absent. */
export const Vlan = t.refinement(Integer, (number) => number >= first && number <= last, 'Vlan');
export type Vlan = t.TypeOf<typeof Vlan>;

/** VLANs one after the other, both ends included. */
const VlanRange = t.strict({ first: Vlan, last: Vlan });

/** VLANs that a port carries with their tags: ranges in ascending order that do not touch, at least one. */
export const Trunk = t.refinement(
  t.readonlyArray(VlanRange),
  (ranges) =>
    ranges.length > 0 &&
    ranges.every((range, at) => range.first <= range.last && range.first > (ranges[at - 1]?.last ?? -1) + 1),
  'Trunk',
);
export type Trunk = t.TypeOf<typeof Trunk>;
