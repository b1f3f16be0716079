import * as t from 'io-ts';
import { Cidr } from '../ip/cidr.ts';

/* These shapes are the storage format (`events.ts` says the rules). They are generation 6. */

/** The node wants one more subnet of each family that is named here: these are all that it has of the family, and they are full. */
export const SubnetRequested = t.strict({
  type: t.literal('SubnetRequested'),
  full: t.readonlyArray(Cidr),
});
export type SubnetRequested = t.TypeOf<typeof SubnetRequested>;

/** Empty, and never to give an address again: from here on they may be surrendered. Never the first of a family. */
export const SubnetRetired = t.strict({
  type: t.literal('SubnetRetired'),
  subnets: t.readonlyArray(Cidr),
});
export type SubnetRetired = t.TypeOf<typeof SubnetRetired>;
