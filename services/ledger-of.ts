import { resolve } from 'node:path';
import { either as E } from 'fp-ts';
import { type Violation, violation } from '../domain/cluster/violation.ts';
import type { LogAddress } from '../domain/connection-string.ts';

/** What was said of the ledger does not fit this node. */
export type LedgerUnfit = { readonly type: 'ledger-unfit'; readonly violation: Violation };

/**
 * What EventStoreDB's client takes for a node's ledger; `undefined` when that is the node's own log, `path`. No other file will do: each log
 * has one writer, and other nodes could not reach it.
 */
export const ledgerOf = (
  { ledger }: { readonly ledger?: LogAddress },
  path: string,
): E.Either<LedgerUnfit, string | undefined> => {
  if (ledger === undefined) return E.right(undefined);
  if (ledger.store === 'esdb') return E.right(ledger.text);
  if (resolve(ledger.path) === resolve(path)) return E.right(undefined);
  return E.left({
    type: 'ledger-unfit',
    violation: violation(
      '--ledger',
      `sqlite:${ledger.path}`,
      'names another file than the log of this node',
      `leave it out (the log is ${path}), or write esdb://… of a ledger that is served`,
    ),
  });
};
