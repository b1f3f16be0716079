import { either as E, function as F, taskEither as TE } from 'fp-ts';
import { ownRules } from '../../domain/kernel/own-rules.ts';
import { ownTable } from '../../domain/kernel/own-table.ts';
import { ruleChanges, ruleDifference, type TableSeen } from '../../domain/kernel/rule-changes.ts';
import type { Firewall, FirewallFailure } from '../../domain/port/firewall.ts';
import { forwardDrops } from './forward-drops.ts';
import { readTable } from './listing.ts';
import { nft } from './nft.ts';
import { removal, replacement } from './script.ts';

/** nft's own words; `nsenter` says nearly the same of a namespace that is not there. */
const noSuchTable = ({ reason }: FirewallFailure): boolean =>
  reason.startsWith('Error: No such file or directory');

/** Our table as JSON; a failure with `noSuchTable` where there is none. */
const list = (netns: string | undefined): TE.TaskEither<FirewallFailure, string> =>
  nft(netns, ['-j', 'list', 'table', 'inet', ownTable], '');

const read = (listing: string): E.Either<FirewallFailure, TableSeen> =>
  E.tryCatch(
    () => readTable(listing),
    (cause) => ({ type: 'firewall-failed', reason: `nft printed what is not JSON: ${String(cause)}` }),
  );

/** Our table in the kernel; `undefined` where there is none. */
const look = (netns: string | undefined): TE.TaskEither<FirewallFailure, TableSeen | undefined> =>
  F.pipe(
    list(netns),
    TE.flatMapEither(read),
    TE.orElse((failure) =>
      noSuchTable(failure) ? TE.right<FirewallFailure, TableSeen | undefined>(undefined) : TE.left(failure),
    ),
  );

/**
 * The firewall port over the `nft` command: one process and one transaction a call.
 *
 * `netns` is a path (`/run/netns/NAME`); without it the rules go where this process is. `inspect` reads the kernel, not a
 * memory of what was put there, so a rule that somebody deleted or added inside our table is noticed. `remove` writes nothing where
 * there is no table: the kernel announces a table that is added and deleted in one transaction, and who watches would answer.
 */
export const openFirewall = (options: { readonly netns?: string } = {}): Firewall => ({
  replace: (masquerade) =>
    F.pipe(
      TE.fromEither(ownRules(masquerade)),
      TE.flatMap((table) => nft(options.netns, ['-f', '-'], replacement(table))),
      TE.map(() => undefined),
    ),
  remove: () =>
    F.pipe(
      list(options.netns),
      TE.flatMap(() => nft(options.netns, ['-f', '-'], removal)),
      TE.map(() => undefined),
      TE.orElse((failure) => (noSuchTable(failure) ? TE.right(undefined) : TE.left(failure))),
    ),
  foreignDrops: (traffic) => forwardDrops(options.netns, traffic),
  inspect: (masquerade) =>
    F.pipe(
      TE.fromEither(ownRules(masquerade)),
      TE.flatMap((desired) =>
        F.pipe(
          look(options.netns),
          TE.map((actual) => ruleChanges(desired, actual).map(ruleDifference)),
        ),
      ),
    ),
});
