import * as t from 'io-ts';
import { Integer } from './integer.ts';

/** The numbers that a frame's tag may bear: 0 is no VLAN, and 4095 is reserved (IEEE 802.1Q-2022, table 9-2). */
const first = 1;
const last = 4094;

/** A VLAN by its number, 1 to 4094. Where there is none, the key is absent. */
export const Vlan = t.refinement(Integer, (number) => number >= first && number <= last, 'Vlan');
export type Vlan = t.TypeOf<typeof Vlan>;
