import * as t from 'io-ts';
import { Cidr } from '../ip/cidr.ts';

/** Of a lease with several subnets of a family: what is asked for and what is on its way back. `EraOpened` carries it. */
export const ExtraSubnets = t.strict({
  /** The full ones, as the last request named them; empty when none was made since the lease was last learnt. */
  requested: t.readonlyArray(Cidr),
  /** They give nothing any more, and are not surrendered yet. */
  retired: t.readonlyArray(Cidr),
  /** Surrendered; that the cluster released them is not learnt yet, so they may stand in what is observed. */
  surrendered: t.readonlyArray(Cidr),
});
export type ExtraSubnets = t.TypeOf<typeof ExtraSubnets>;

export const noExtra: ExtraSubnets = { requested: [], retired: [], surrendered: [] };

export const isNone = ({ requested, retired, surrendered }: ExtraSubnets): boolean =>
  requested.length + retired.length + surrendered.length === 0;
