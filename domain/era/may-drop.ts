import { either as E } from 'fp-ts';

/** What is known of an era that is to be dropped. */
export type DropEvidence = {
  /** Type of its last event; `undefined`: there is none. */
  readonly lastType: string | undefined;
  /** Where the next era begins; `undefined`: nowhere yet. */
  readonly next: number | undefined;
  /** Whether an earlier era of the same life is still in the log. */
  readonly olderIsHere: boolean;
  /** Up to which position the allocator has decided all requests; behind a ledger, up to which all is there. */
  readonly decided: number | undefined;
  /** Of a second copy that whoever asks has written, read back and verified. With one host the log is the only other one. */
  readonly archive: string;
};

/** Whether nobody needs an era in the log any more; else why, and what to do. */
export const mayDrop = ({
  lastType,
  next,
  olderIsHere,
  decided,
  archive,
}: DropEvidence): E.Either<string, undefined> => {
  if (lastType !== 'EraClosed') return E.left('it is not closed: close it with evioctl era close');
  if (next === undefined) return E.left('the next era is not open yet: start evio-agent, which opens it');
  if (olderIsHere) return E.left('an earlier era is still in the log: drop that one first');
  if (decided === undefined || decided < next)
    return E.left(
      'the allocator has not decided all its requests yet, or the ledger does not have them: run evio-agent, and ask again',
    );
  return /^[0-9a-f]{64}$/.test(archive)
    ? E.right(undefined)
    : E.left('its archive was not verified: use evioctl archive --drop');
};
