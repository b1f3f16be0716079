import { either as E } from 'fp-ts';
import { type Cidr, overlaps, parseCidr } from '../ip/cidr.ts';
import { type Checked, refuse, type Violation, violation, violationsOf } from './violation.ts';

/** Reads one CIDR text, its host bits zero; `example` is what the messages show. */
export const parseNetwork = (key: string, value: unknown, example: string): Checked<Cidr> => {
  if (value === undefined) return refuse(key, value, 'is missing', `write a network, such as ${example}`);
  const parsed = parseCidr(typeof value === 'string' ? value.trim() : '');
  if (E.isRight(parsed)) return parsed;
  return parsed.left.type === 'host-bits-set'
    ? refuse(key, value, 'has host bits set', `write ${parsed.left.network}`)
    : refuse(key, value, 'is not a network in CIDR notation', `write ADDRESS/LENGTH, such as ${example}`);
};

/** Reads `podCidr`: one CIDR text, or an array; a family may have several that share no address. */
export const parsePodCidrs = (value: unknown): Checked<ReadonlyArray<Cidr>> => {
  const texts: ReadonlyArray<unknown> = Array.isArray(value) && value.length > 0 ? value : [value];
  const parsed = texts.map((text) => parseNetwork('podCidr', text, '10.244.0.0/16'));
  const violations: Violation[] = parsed.flatMap(violationsOf);
  const cidrs = parsed.flatMap((cidr) => (E.isRight(cidr) ? [cidr.right] : []));
  for (const [at, cidr] of cidrs.entries()) {
    const other = cidrs.slice(0, at).find((earlier) => overlaps(earlier, cidr));
    if (other === undefined) continue;
    violations.push(
      violation('podCidr', value, `names ${other} and ${cidr}, which overlap`, 'keep one of the two'),
    );
  }
  return violations.length > 0 ? E.left(violations) : E.right(cidrs);
};
