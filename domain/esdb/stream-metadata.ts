import type { Content } from '../port/client-log.ts';
import { textOf } from './client-payload.ts';

/** What a stream's metadata says of which events readers see (EventStoreDB's `$tb`, `$maxCount`, `$maxAge`). */
export type StreamMetadata = {
  /** Events below this revision are not shown. */
  readonly truncateBefore: number;
  /** Only so many last events are shown. */
  readonly maxCount: number;
  /** Only events that are no older are shown; in seconds. */
  readonly maxAge: number;
};

/** A stream without metadata is shown whole. */
const whole: StreamMetadata = { truncateBefore: 0, maxCount: Infinity, maxAge: Infinity };

/** `$tb` of a stream that was deleted (softly): the greatest number that EventStoreDB's revisions can be. */
export const deletedBefore = '9223372036854775807';

/** The last metadata is all the metadata: EventStoreDB keeps one event of it. */
export const metadataOfMetadata: StreamMetadata = { ...whole, maxCount: 1 };

export const truncatingKeys = ['$maxAge', '$maxCount', '$tb'] as const;

/** The members of a JSON object; `undefined` of anything else. */
export const membersOf = (data: Content): Readonly<Record<string, unknown>> | undefined => {
  // Most streams have no metadata, and what is thrown takes longer than all else of an append's decision.
  if (data.length === 0) return undefined;
  try {
    const members = JSON.parse(textOf(data) ?? '');
    return typeof members === 'object' && members !== null && !Array.isArray(members) ? members : undefined;
  } catch {
    return undefined;
  }
};

const positive = (value: unknown): number => (typeof value === 'number' && value >= 1 ? value : Infinity);

/** From the data of the last event of the metadata stream. What cannot be read hides nothing, as EventStoreDB has it. */
export const decodeStreamMetadata = (data: Content): StreamMetadata => {
  const { $tb, $maxCount, $maxAge } = membersOf(data) ?? {};
  return {
    truncateBefore: typeof $tb === 'number' && $tb > 0 ? $tb : 0,
    maxCount: positive($maxCount),
    maxAge: positive($maxAge),
  };
};

export const isSoftlyDeleted = ({ truncateBefore }: StreamMetadata): boolean =>
  truncateBefore >= Number(deletedBefore);

/**
 * The first revision that readers of a stream see now; greater than the last when they see none. Stamps of a stream never go back, so
 * where age begins to count is searched by halving: `recordedAt` is asked for some revisions up to `last`.
 */
export const firstVisible = (
  { truncateBefore, maxCount, maxAge }: StreamMetadata,
  last: number,
  now: string,
  recordedAt: (revision: number) => string | undefined,
): number => {
  let first = Math.max(truncateBefore, last - maxCount + 1, 0);
  if (maxAge === Infinity) return first;
  const oldest = Date.parse(now) - maxAge * 1000;
  for (let behind = last + 1; first < behind; ) {
    const middle = Math.floor((first + behind) / 2);
    const stamp = recordedAt(middle);
    if (stamp !== undefined && Date.parse(stamp) >= oldest) behind = middle;
    else first = middle + 1;
  }
  return first;
};

/** The stream's metadata with which readers see it from a revision on, all else as it was; `undefined` when it cannot be read. */
export const truncatedAt = (data: Content, revision: number): string | undefined => {
  const members = membersOf(data);
  return members && JSON.stringify({ ...members, $tb: revision });
};
