import { either as E } from 'fp-ts';
import * as t from 'io-ts';
import { Integer } from '../integer.ts';
import type { LogIdentity } from '../port/event-store.ts';

/** A storage format: which ledger the replica in a node's own log is of. */
const LedgerMark = t.strict({ version: t.literal(1), logId: t.string, epoch: Integer });

export const ledgerMarkText = ({ logId, epoch }: LogIdentity): string =>
  `${JSON.stringify(LedgerMark.encode({ version: 1, logId, epoch }))}\n`;

/** What the text says; `undefined` when it is no mark. */
export const parseLedgerMark = (text: string): LogIdentity | undefined => {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return undefined;
  }
  const decoded = LedgerMark.decode(json);
  return E.isLeft(decoded) ? undefined : { logId: decoded.right.logId, epoch: decoded.right.epoch };
};
