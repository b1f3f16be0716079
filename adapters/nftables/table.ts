import { either as E, function as F } from 'fp-ts';
import { type Cidr, cidrFamily, contains, network, parseCidr, prefixLength } from '../../domain/ip/cidr.ts';
import type { FirewallFailure, Masquerade } from '../../domain/port/firewall.ts';

/** What one family needs in the table: two interval sets, and the rule that reads them. */
export type FamilyTable = {
  readonly family: 4 | 6;
  readonly sources: ReadonlyArray<Cidr>;
  readonly except: ReadonlyArray<Cidr>;
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

/** The families that have pods here, each with its sets in the one order and spelling; any spelling of a CIDR may come in. */
export const familyTables = (masquerade: Masquerade): E.Either<FirewallFailure, ReadonlyArray<FamilyTable>> =>
  F.pipe(
    E.Do,
    E.bind('sources', () => parseAll(masquerade.sources)),
    E.bind('except', () => parseAll(masquerade.except)),
    E.map(({ sources, except }) =>
      ([4, 6] as const)
        .map((family) => ({
          family,
          sources: outermost(sources.filter((cidr) => cidrFamily(cidr) === family)),
          except: outermost(except.filter((cidr) => cidrFamily(cidr) === family)),
        }))
        .filter(({ sources: own }) => own.length > 0),
    ),
  );
