import { either as E } from 'fp-ts';
import type { LogIdentity } from '../port/event-store.ts';

/** Why a replica of a cluster's stream does not follow the ledger any further. */
export type ReplicaFailure =
  /** What answers is not the log that this replica is of. */
  | { readonly type: 'other-ledger'; readonly known: LogIdentity; readonly found: LogIdentity }
  /** It is, and is the copy of a later one from before that was restored; or was restored itself, and the replica does not go on behind that. */
  | { readonly type: 'other-epoch'; readonly known: LogIdentity; readonly found: LogIdentity }
  /** The ledger has another event at this revision than the replica, or none, or one that does not fit the one before. */
  | { readonly type: 'replica-diverged'; readonly stream: string; readonly revision: number };

type Head = { readonly revision: number; readonly hash: string };

/**
 * Whether a replica may follow a ledger: it is the log and the epoch of which it is a replica (`known`; absent before the first contact),
 * and has at the replica's end (`end`; absent when it is empty) the same event (`there`).
 */
export const mayFollow = (
  stream: string,
  known: LogIdentity | undefined,
  found: LogIdentity,
  end: Head | undefined,
  there: Head | undefined,
): E.Either<ReplicaFailure, undefined> => {
  if (known !== undefined && known.logId !== found.logId)
    return E.left({ type: 'other-ledger', known, found });
  if (known !== undefined && known.epoch !== found.epoch)
    return E.left({ type: 'other-epoch', known, found });
  if (end !== undefined && (there?.revision !== end.revision || there.hash !== end.hash))
    return E.left({ type: 'replica-diverged', stream, revision: end.revision });
  return E.right(undefined);
};
