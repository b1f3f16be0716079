import { either as E } from 'fp-ts';

/** Why nothing more of a host's life may be copied to the ledger: its copy there is not this log's. */
export type CopyFailure =
  /** The ledger has another event at this revision: two have written this life. */
  | { readonly type: 'forked'; readonly stream: string; readonly revision: number }
  /** The ledger has more of this life than the log does. `own` is −1 where the log has nothing of the stream. */
  | {
      readonly type: 'own-log-older';
      readonly stream: string;
      readonly own: number;
      readonly copy: number;
    };

type Head = { readonly revision: number; readonly hash: string };

/**
 * The revision from which a stream's copy goes on: behind its end, when that is an event of the own log. `own`: where the stream ends
 * in the own log (−1 for nowhere), and the hash of what stands there at the copy's end; absent when that is archived.
 */
export const resumeAt = (
  stream: string,
  copy: Head | undefined,
  own: { readonly end: number; readonly hashThere?: string | undefined },
): E.Either<CopyFailure, number> => {
  if (copy === undefined) return E.right(0);
  const { revision, hash } = copy;
  if (revision > own.end) return E.left({ type: 'own-log-older', stream, own: own.end, copy: revision });
  if (own.hashThere !== undefined && own.hashThere !== hash)
    return E.left({ type: 'forked', stream, revision });
  return E.right(revision + 1);
};
