import { either as E } from 'fp-ts';
import { logHash as linkOfLog } from '../chain.ts';
import type { ClientEventRead } from '../port/client-log.ts';
import type { Sha256 } from '../port/digest.ts';
import type { EventToAppend } from '../port/event-store.ts';
import type { LoggedEvent } from '../port/log-reader.ts';
import { isLedgerStream } from './ledger-stream.ts';
import { recordedEvent } from './recorded-event.ts';
import { sealClientEvents } from './seal-client-events.ts';

type Head = { readonly revision: number; readonly hash: string };

/** What stands before an event in the log that it is taken into. */
export type Before = {
  readonly logId: string;
  readonly sha256: Sha256;
  /** The position that it gets, and the log's hash before it. */
  readonly position: number;
  readonly logHash: string;
  readonly head: (stream: string) => Head | undefined;
};

/** A client's event as the server's log has it: its id, envelope and hash follow from what every reader sees. */
const sealed = ({ logId, sha256, head }: Before, read: ClientEventRead): EventToAppend | undefined => {
  const { stream, recordedAt } = read;
  return sealClientEvents({ sha256, logId, recordedAt }, stream, head(stream), [read]).events[0];
};

/**
 * The row that an event on the wire stands for, with its link of the whole log's chain. A ledger event is taken as it is, whether it holds or
 * not: that is for `verify` to say. On the left, in words, one that no log can hold.
 */
export const mirrorEvent = (before: Before, read: ClientEventRead): E.Either<string, LoggedEvent> => {
  const { stream, revision, position: there, recordedAt } = read;
  const last = before.head(stream)?.revision ?? -1;
  if (revision !== last + 1)
    return E.left(
      `the event at position ${there} is revision ${revision} of ${stream}, and revision ${last + 1} is missing before it`,
    );
  const event = isLedgerStream(stream) ? recordedEvent(read) : sealed(before, read);
  if (event === undefined)
    return E.left(`the event at position ${there} (${read.type} in ${stream}) has no envelope and hash`);
  const { position, sha256 } = before;
  const logHash = linkOfLog(sha256, before.logHash, position, event.hash, recordedAt);
  const { id, type, payload, metadata, hash } = event;
  return E.right({ stream, revision, position, recordedAt, id, type, payload, metadata, hash, logHash });
};
