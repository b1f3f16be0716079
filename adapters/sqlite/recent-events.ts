import type { RecordedEvent } from '../../domain/port/event-store.ts';
import type { Placed, Written } from './work.ts';

/** What has just reached the disk, for followers that are about to read it: from the file it would come as texts made anew. */
export type RecentEvents = {
  readonly keep: (wrote: ReadonlyArray<Written>) => void;
  /** Of streams that nobody follows nothing is kept. What it returns is called when the follower has gone. */
  readonly followed: (stream: string) => () => void;
  /** A stream's events from a revision on, one behind the other, and to one follower only; none when they are to be read from the file. */
  readonly take: (stream: string, revision: number) => ReadonlyArray<RecordedEvent>;
  /** Rows up to a position may have been changed: what was written there and is told of later is not kept either. */
  readonly changedUpTo: (position: number) => void;
};

/** A replica's batches are of 500 events. */
const most = { events: 1_000, characters: 1 << 19 };

const sizeOf = ({ events }: Written) => {
  let characters = 0;
  for (const { payload, metadata } of events) characters += payload.length + metadata.length;
  return { events: events.length, characters };
};

const firstOf = ({ events, end }: Placed): number => end.revision - events.length + 1;

export const recentEvents = (): RecentEvents => {
  const runs = new Map<string, Placed[]>();
  const followers = new Map<string, number>();
  let kept = { events: 0, characters: 0 };
  let changedUpTo = -1;

  const clear = (): void => {
    runs.clear();
    kept = { events: 0, characters: 0 };
  };

  const drop = (stream: string): void => {
    for (const run of runs.get(stream) ?? []) {
      const { events, characters } = sizeOf(run);
      kept = { events: kept.events - events, characters: kept.characters - characters };
    }
    runs.delete(stream);
  };

  const isTooMuch = ({ events, characters }: typeof kept): boolean =>
    events > most.events || characters > most.characters;

  const keepOne = (run: Placed): void => {
    const size = sizeOf(run);
    if (runs.get(run.stream)?.at(-1)?.end.revision !== firstOf(run) - 1) drop(run.stream);
    if (isTooMuch({ events: kept.events + size.events, characters: kept.characters + size.characters }))
      clear();
    if (isTooMuch(size)) return;
    kept = { events: kept.events + size.events, characters: kept.characters + size.characters };
    runs.set(run.stream, [...(runs.get(run.stream) ?? []), run]);
  };

  return {
    keep: (wrote) => {
      for (const { stream, events, end } of wrote)
        if (end !== undefined && events.length > 0 && end.position > changedUpTo && followers.has(stream))
          keepOne({ stream, events, end });
    },
    followed: (stream) => {
      followers.set(stream, (followers.get(stream) ?? 0) + 1);
      return () => {
        const left = (followers.get(stream) ?? 0) - 1;
        if (left > 0) {
          followers.set(stream, left);
          return;
        }
        followers.delete(stream);
        drop(stream);
      };
    },
    take: (stream, revision) => {
      const found: RecordedEvent[] = [];
      for (const run of runs.get(stream) ?? []) {
        const first = firstOf(run);
        if (run.end.revision < revision || first > revision + found.length) continue;
        const { recordedAt, position } = run.end;
        for (let at = Math.max(revision, first); at <= run.end.revision; at += 1) {
          const event = run.events[at - first];
          if (event === undefined) return found;
          const { id, type, payload, metadata, hash } = event;
          const there = position - (run.end.revision - at);
          found.push({
            position: there,
            stream,
            revision: at,
            id,
            type,
            payload,
            metadata,
            hash,
            recordedAt,
          });
        }
      }
      if (found.length > 0) drop(stream);
      return found;
    },
    changedUpTo: (position) => {
      changedUpTo = Math.max(changedUpTo, position);
      clear();
    },
  };
};
