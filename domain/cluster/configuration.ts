import { either as E } from 'fp-ts';
import { parseDuration } from './duration.ts';
import type { ClusterConfigured } from './events.ts';
import { checkApart, checkHostRoom, matchFamilies } from './fit.ts';
import { parseLeaseTtl } from './lease-ttl.ts';
import { parseMaxSubnets } from './max-subnets.ts';
import { parseMinReader } from './min-reader.ts';
import { parseNetwork, parsePodCidrs } from './networks.ts';
import { parseNodeBits } from './node-bits.ts';
import { type Checked, refuse, type Violation, violation, violationsOf } from './violation.ts';

/** `podCidrs` has at least one entry for each family of the cluster, IPv4 first; what a family was given first comes first. */
export type ClusterConfiguration = Omit<ClusterConfigured, 'type'>;

/** As an operator asks for it: `minReader` only where it is to be raised. */
export type WantedConfiguration = Omit<ClusterConfiguration, 'minReader'> & {
  readonly minReader?: number | undefined;
};

const configurationKeys = [
  'podCidr',
  'nodeBits',
  'hostCidr',
  'quarantine',
  'maxSubnetsPerNode',
  'leaseTtl',
  'minReader',
] as const;

const defaultQuarantine = '24h';

const checkKeys = (input: object): ReadonlyArray<Violation> =>
  Object.entries(input)
    .filter(([key]) => !configurationKeys.some((known) => known === key))
    .map(([key, value]) =>
      violation(key, value, 'is not a setting of a cluster', `use ${configurationKeys.join(', ')}`),
    );

/** A check of two settings together needs both readable; otherwise it has nothing to add to what was said of each. */
const both = <A, B, C>(a: Checked<A>, b: Checked<B>, check: (a: A, b: B) => Checked<C>): Checked<C> =>
  E.isRight(a) && E.isRight(b) ? check(a.right, b.right) : E.left([]);

/**
 * What an operator gives, as a JSON file or flags have it, to a cluster's configuration:
 * `podCidr` one CIDR text, or an array, of a family as many as there are; `nodeBits` as `parseNodeBits` says; `hostCidr` a CIDR text;
 * `quarantine` as `parseDuration` says, 24 hours when absent; `maxSubnetsPerNode` as `parseMaxSubnets` says, 1 when absent; `leaseTtl` as `parseLeaseTtl` says, none when absent; `minReader` as `parseMinReader` says.
 * Refuses with every violation there is, not with the first.
 */
export const parseConfiguration = (input: unknown): Checked<WantedConfiguration> => {
  if (typeof input !== 'object' || input === null || Array.isArray(input)) {
    const remedy = `write an object with ${configurationKeys.join(', ')}`;
    return refuse('configuration', input, 'is not an object', remedy);
  }
  const given = input as Readonly<Record<string, unknown>>;
  const cidrs = parsePodCidrs(given['podCidr']);
  const nodeBits = parseNodeBits(given['nodeBits']);
  const hostCidr = parseNetwork('hostCidr', given['hostCidr'], '10.10.0.0/16');
  const quarantine = parseDuration('quarantine', given['quarantine'] ?? defaultQuarantine);
  const maxSubnets = parseMaxSubnets(given['maxSubnetsPerNode']);
  const leaseTtl = parseLeaseTtl(given['leaseTtl']);
  const minReader = parseMinReader(given['minReader']);
  const podCidrs = both(cidrs, nodeBits, matchFamilies);
  const roomForHosts = both(podCidrs, hostCidr, checkHostRoom);
  const apart = both(cidrs, hostCidr, checkApart);
  const violations = [
    ...[
      cidrs,
      nodeBits,
      podCidrs,
      hostCidr,
      roomForHosts,
      apart,
      quarantine,
      maxSubnets,
      leaseTtl,
      minReader,
    ].flatMap(violationsOf),
    ...checkKeys(input),
  ];
  return violations.length === 0 &&
    E.isRight(podCidrs) &&
    E.isRight(hostCidr) &&
    E.isRight(quarantine) &&
    E.isRight(maxSubnets) &&
    E.isRight(leaseTtl) &&
    E.isRight(minReader)
    ? E.right({
        podCidrs: podCidrs.right,
        hostCidr: hostCidr.right,
        quarantineSeconds: quarantine.right,
        ...(maxSubnets.right === 1 ? {} : { maxSubnetsPerNode: maxSubnets.right }),
        ...(leaseTtl.right === undefined ? {} : { leaseTtlSeconds: leaseTtl.right }),
        ...(minReader.right === undefined ? {} : { minReader: minReader.right }),
      })
    : E.left(violations);
};

/** Whether two configurations lay out the same subnets and host addresses. */
export const sameNetworks = (a: WantedConfiguration, b: WantedConfiguration): boolean =>
  a.hostCidr === b.hostCidr &&
  a.podCidrs.length === b.podCidrs.length &&
  a.podCidrs.every(
    ({ cidr, nodeBits }, i) => cidr === b.podCidrs[i]?.cidr && nodeBits === b.podCidrs[i]?.nodeBits,
  );
