import { sha256 } from '../../adapters/system/sha256.ts';
import { genesis, linkHash } from '../../domain/chain.ts';
import type { Metadata } from '../../domain/envelope.ts';
import type { RecordedEvent } from '../../domain/port/event-store.ts';
import type { Ids } from '../../domain/port/ids.ts';
import { eventId } from '../../services/seal-events.ts';
import type { Breaks } from './broken.ts';

type End = {
  readonly revision: number;
  readonly hash: string;
  /** The command that the last event follows from, and which of its events it is. */
  readonly command: string;
  readonly index: number;
};

/** Checks each event's place behind those before it: revision, position, stamp, hashes, and the id that its command gives it. */
export const makeChain = (breaks: Breaks, ids: Ids) => {
  const ends = new Map<string, End>();
  let position = -1;
  let stamp = '';

  /** What was redacted has another payload by now: of a log that is read again `checkLogChain` says whether that is recorded. */
  return (event: RecordedEvent, metadata: Metadata, again: boolean): void => {
    const { stream, revision, id, type, payload, hash, recordedAt } = event;
    const end = ends.get(stream) ?? { revision: -1, hash: genesis, command: '', index: 0 };
    const named = `${type} at position ${event.position} (${stream}, revision ${revision})`;
    const chained = (held: boolean, what: string): void => {
      if (!held) breaks('each event is chained to the one before', `${named} ${what}`);
    };
    chained(event.position === position + 1, `stands behind position ${position}`);
    chained(revision === end.revision + 1, `stands behind revision ${end.revision}`);
    chained(recordedAt >= stamp, `is stamped ${recordedAt}, before ${stamp}`);
    chained(again || metadata.payloadHash === sha256(payload), 'has another payload than was hashed');
    const link = { previous: end.hash, stream, revision, id, type, metadata };
    chained(hash === linkHash(sha256, link), 'does not follow from the hash before');
    const command = metadata.$causationId;
    const index = end.command === command ? end.index + 1 : 0;
    if (id !== eventId(ids, command, index))
      breaks(
        'the same command twice is the same command once',
        `${named} has an id that its command does not give`,
      );
    ends.set(stream, { revision, hash, command, index });
    position = event.position;
    stamp = recordedAt;
  };
};
