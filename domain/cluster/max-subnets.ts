import { either as E } from 'fp-ts';
import { type Checked, refuse } from './violation.ts';

/** So many gateway addresses and routes a node may come to have in a family. */
const most = 256;

/** Reads `maxSubnetsPerNode`: a number or numeric text; one subnet of each family when absent. */
export const parseMaxSubnets = (value: unknown): Checked<number> => {
  if (value === undefined) return E.right(1);
  const count = typeof value === 'string' && /^\s*\d+\s*$/.test(value) ? Number(value) : value;
  return typeof count === 'number' && Number.isInteger(count) && count >= 1 && count <= most
    ? E.right(count)
    : refuse(
        'maxSubnetsPerNode',
        value,
        'is no number of subnets that a node may have',
        `write a number from 1 to ${most}, or leave it out for 1`,
      );
};
