import { either as E } from 'fp-ts';
import { addressBits } from '../ip/address.ts';
import { type Cidr, cidrFamily, overlaps, prefixLength } from '../ip/cidr.ts';
import { hostAddresses } from '../ip/row.ts';
import type { PodCidr } from './events.ts';
import { type Checked, refuse, violationsOf } from './violation.ts';

/** Network, broadcast and gateway aside, a pod needs one address: two bits are the least. */
const leastPodBits = 2;

const checkPodRoom = (cidr: Cidr, nodeBits: number): Checked<PodCidr> => {
  const behindPrefix = addressBits(cidrFamily(cidr)) - prefixLength(cidr);
  const left = behindPrefix - nodeBits;
  if (left >= leastPodBits) return E.right({ cidr, nodeBits });
  const most = behindPrefix - leastPodBits;
  const complaint = `leaves ${left === 1 ? '1 bit' : 'no bit'} for pods in podCidr ${cidr}`;
  const remedy = most >= 0 ? `take at most ${most}, so that 2 bits are left` : 'give a larger podCidr';
  return refuse('nodeBits', nodeBits, complaint, remedy);
};

/** Each pod CIDR with its node bits, IPv4 first: none without the other, and room left for pods. */
export const matchFamilies = (
  cidrs: ReadonlyArray<Cidr>,
  nodeBits: ReadonlyArray<number>,
): Checked<ReadonlyArray<PodCidr>> => {
  const [shared] = nodeBits;
  if (shared === undefined || (nodeBits.length > 1 && nodeBits.length !== cidrs.length)) {
    const complaint = `has ${nodeBits.length} values for the ${cidrs.length} of podCidr (${cidrs.join(', ')})`;
    return refuse(
      'nodeBits',
      nodeBits,
      complaint,
      'write one for each podCidr, in the same order, or one for all',
    );
  }
  const checked = cidrs.map((cidr, i) => checkPodRoom(cidr, nodeBits[i] ?? shared));
  const violations = checked.flatMap(violationsOf);
  return violations.length > 0
    ? E.left(violations)
    : E.right(
        checked
          .flatMap((pod) => (E.isRight(pod) ? [pod.right] : []))
          .toSorted((a, b) => cidrFamily(a.cidr) - cidrFamily(b.cidr)),
      );
};

/** A cluster is full when its smaller family is: every node needs one subnet of each, and one host address. */
export const checkHostRoom = (podCidrs: ReadonlyArray<PodCidr>, hostCidr: Cidr): Checked<Cidr> => {
  const byFamily = ([4, 6] as const)
    .map((of) => podCidrs.filter(({ cidr }) => cidrFamily(cidr) === of).map(({ nodeBits }) => nodeBits))
    .filter((bits) => bits.length > 0)
    .map((bits) => ({ bits, nodes: bits.reduce((sum, one) => sum + (1n << BigInt(one)), 0n) }));
  const { bits, nodes } = byFamily.reduce((least, one) => (one.nodes < least.nodes ? one : least));
  const { family, count } = hostAddresses(hostCidr);
  const room = count > 0n ? count : 0n;
  if (room >= nodes) return E.right(hostCidr);
  // Network and IPv4 broadcast are no node's.
  const hostBits = (nodes + (family === 4 ? 1n : 0n)).toString(2).length;
  const complaint = `has ${room} addresses, but nodeBits ${bits.join(' and ')} number ${nodes} node${nodes === 1n ? '' : 's'}`;
  return refuse('hostCidr', hostCidr, complaint, `take a /${addressBits(family) - hostBits} or larger`);
};

/** One address must not mean a host here and a pod there. */
export const checkApart = (podCidrs: ReadonlyArray<Cidr>, hostCidr: Cidr): Checked<Cidr> => {
  const shared = podCidrs.find((cidr) => overlaps(cidr, hostCidr));
  return shared === undefined
    ? E.right(hostCidr)
    : refuse('hostCidr', hostCidr, `overlaps podCidr ${shared}`, 'choose networks that share no address');
};
