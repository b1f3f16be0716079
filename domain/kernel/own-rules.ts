import { either as E, function as F } from 'fp-ts';
import type { Family } from '../ip/address.ts';
import { type Cidr, cidrFamily, contains, network, parseCidr, prefixLength } from '../ip/cidr.ts';
import type { FirewallFailure, Masquerade } from '../port/firewall.ts';
import { switchedLinks } from './link-group.ts';

/** A rule such as we write. */
export type OwnRule =
  /** What the networks in the set `pods4` (or 6) send to none of `except4` takes the node's own address. */
  | { readonly does: 'masquerade'; readonly family: Family }
  /** What comes in by a link of this group goes no further. */
  | { readonly does: 'drop-group'; readonly group: number };

/** Networks in their canonical texts, sorted; none lies in another. */
export type NetworkSet = {
  readonly name: string;
  readonly family: Family;
  readonly networks: ReadonlyArray<string>;
};

/** A base chain (nft(8), "Chains"), its rules in their order. */
export type Chain<Rule> = {
  readonly name: string;
  readonly type: string;
  readonly hook: string;
  readonly priority: number;
  readonly policy: string;
  readonly rules: ReadonlyArray<Rule>;
};

/** What our nftables table holds. */
export type RuleTable<Rule> = {
  readonly sets: ReadonlyArray<NetworkSet>;
  readonly chains: ReadonlyArray<Chain<Rule>>;
};

/**
 * Without what a wider network among them holds already: an interval set refuses overlaps, and what is listed back must
 * be what was put in (`auto-merge` would rewrite it).
 */
const outermost = (cidrs: ReadonlyArray<Cidr>): ReadonlyArray<Cidr> =>
  [...new Set(cidrs)]
    .filter(
      (cidr) =>
        !cidrs.some((other) => prefixLength(other) < prefixLength(cidr) && contains(other, network(cidr))),
    )
    .sort();

const parseAll = (texts: ReadonlyArray<string>): E.Either<FirewallFailure, ReadonlyArray<Cidr>> =>
  F.pipe(
    texts,
    E.traverseArray(parseCidr),
    E.mapLeft(({ text }) => ({
      type: 'firewall-failed',
      reason: `${text} is not a network (ADDRESS/LENGTH)`,
    })),
  );

const tableOf = (sources: ReadonlyArray<Cidr>, except: ReadonlyArray<Cidr>): RuleTable<OwnRule> => {
  const of = (cidrs: ReadonlyArray<Cidr>, family: Family): ReadonlyArray<Cidr> =>
    outermost(cidrs.filter((cidr) => cidrFamily(cidr) === family));
  const families = ([4, 6] as const).filter((family) => of(sources, family).length > 0);
  return {
    sets: families.flatMap((family) => [
      { name: `pods${family}`, family, networks: of(sources, family) },
      { name: `except${family}`, family, networks: of(except, family) },
    ]),
    chains: [
      {
        ...{ name: 'prerouting', type: 'filter', hook: 'prerouting', priority: -300, policy: 'accept' },
        // The host's stack gets what pods send twice where the switch is in user space: from the switch, and from the link itself.
        // Only the switch has looked at who sends, so what comes by the link goes no further.
        rules: [{ does: 'drop-group', group: switchedLinks }],
      },
      {
        ...{ name: 'postrouting', type: 'nat', hook: 'postrouting', priority: 100, policy: 'accept' },
        rules: families.map((family) => ({ does: 'masquerade', family })),
      },
    ],
  };
};

/** Our table as it should be, for the families that have pods here; any spelling of a network may come in. */
export const ownRules = (masquerade: Masquerade): E.Either<FirewallFailure, RuleTable<OwnRule>> =>
  F.pipe(
    E.Do,
    E.bind('sources', () => parseAll(masquerade.sources)),
    E.bind('except', () => parseAll(masquerade.except)),
    E.map(({ sources, except }) => tableOf(sources, except)),
  );
