import { either as E } from 'fp-ts';
import { type Checked, refuse, violationsOf } from './violation.ts';

/** 16 million nodes: more than any allocator will hold in memory. */
const most = 24;

const example = 'write a number of bits, such as 8 for 256 nodes';

const parseBits = (value: unknown): Checked<number> => {
  const bits = typeof value === 'string' && /^\s*-?\d+\s*$/.test(value) ? Number(value) : value;
  if (typeof bits !== 'number' || !Number.isInteger(bits)) {
    return refuse('nodeBits', value, 'is not a whole number', example);
  }
  if (bits < 0) return refuse('nodeBits', value, 'is negative', example);
  return bits > most
    ? refuse('nodeBits', value, `is more than ${most}`, `take at most ${most}`)
    : E.right(bits);
};

/**
 * Reads `nodeBits`: one number or numeric text (`8`, `"8"`), meant for every pod CIDR, or an array with one for each, in
 * the order of `podCidr`.
 */
export const parseNodeBits = (value: unknown): Checked<ReadonlyArray<number>> => {
  const values: ReadonlyArray<unknown> = Array.isArray(value) ? value : [value];
  if (value === undefined || values.length === 0) return refuse('nodeBits', undefined, 'is missing', example);
  const parsed = values.map(parseBits);
  const violations = parsed.flatMap(violationsOf);
  return violations.length > 0
    ? E.left(violations)
    : E.right(parsed.flatMap((bits) => (E.isRight(bits) ? [bits.right] : [])));
};
