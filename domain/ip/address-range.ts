import * as t from 'io-ts';
import { type Family, family, IpAddress, toNumber } from './address.ts';

/** Neighbouring addresses of one family, both ends among them. */
export const AddressRange = t.strict({ first: IpAddress, last: IpAddress });
export type AddressRange = t.TypeOf<typeof AddressRange>;

export const rangeFamily = ({ first }: AddressRange): Family => family(first);

export const isWithin = ({ first, last }: AddressRange, address: IpAddress): boolean =>
  family(first) === family(address) &&
  toNumber(first) <= toNumber(address) &&
  toNumber(address) <= toNumber(last);

/** `10.244.0.10-10.244.0.20`, for people. */
export const rangeText = ({ first, last }: AddressRange): string => `${first}-${last}`;
