import { either as E, function as F } from 'fp-ts';
import type * as t from 'io-ts';
import { canonicalJson, type Json } from './canonical-json.ts';
import { canonicalPattern } from './canonical-pattern.ts';
import { decodeMetadata, type Metadata } from './envelope.ts';
import type { RecordedEvent } from './port/event-store.ts';
import { newestReader } from './reader.ts';
import type { UnreadableEnvelope } from './unreadable-envelope.ts';
import { downcast, type EarlierVersion, upcast } from './upcast.ts';

type Versioned = {
  readonly version: number;
  readonly codec: t.Mixed;
  /** From version 1 on; absent where there was no other. */
  readonly earlier?: ReadonlyArray<EarlierVersion>;
};

/** The payload codecs of one aggregate's events, each at its current version, and the way to it from each earlier one. */
export type EventCodecs = Readonly<Record<string, Versioned>>;

export type EventOf<Codecs extends EventCodecs> = t.TypeOf<Codecs[keyof Codecs]['codec']>;

/** A recorded event with its meaning: what every reader of a log works on. */
export type Recorded<Event> = Omit<RecordedEvent, 'payload' | 'metadata' | 'type'> & {
  readonly event: Event;
  readonly metadata: Metadata;
};

export type UnreadableEvent =
  | UnreadableEnvelope
  /** A type, or a version of it, that this program does not know: an upgrade is due. */
  | { readonly type: 'unknown-event'; readonly id: string; readonly event: string; readonly version: number }
  | {
      readonly type: 'unreadable-payload';
      readonly id: string;
      readonly event: string;
      readonly reason: string;
    };

export type Encoded = { readonly type: string; readonly schema: number; readonly payload: string };

/**
 * An event as it is stored: its type apart, the rest as canonical JSON, in the newest version that `reader` reads. Throws where
 * that version cannot say it: what may not be written yet is refused by the decision, so this is a defect of the program.
 */
export const encodeEvent =
  <Codecs extends EventCodecs>(codecs: Codecs) =>
  (event: EventOf<Codecs>, reader = newestReader): Encoded => {
    const known = codecs[event.type];
    if (known === undefined) throw new TypeError(`no codec for ${event.type}`);
    const { type, ...payload } = known.codec.encode(event) as { readonly type: string };
    const stored = downcast(known.earlier ?? [], reader, payload);
    if (stored === undefined) throw new TypeError(`no version of ${type} for readers of ${reader} says this`);
    return { type, schema: stored.version, payload: canonicalJson(stored.payload as Json) };
  };

/** The versions whose payloads need no way up, and the codec of each; the current one first. */
export const readAsTheyAre = ({
  version,
  codec,
  earlier = [],
}: Versioned): ReadonlyArray<{ readonly version: number; readonly codec: t.Mixed }> => {
  const last = earlier.findLastIndex(({ asIs }) => asIs === undefined);
  const alike = earlier.flatMap(({ asIs }, index) =>
    index > last && asIs !== undefined ? [{ version: index + 1, codec: asIs }] : [],
  );
  return [{ version, codec }, ...alike.reverse()];
};

/**
 * Texts of a version that its codec reads before a pattern does: to compile one takes up to a tenth of a second, in which the codec reads
 * ten thousand. Most types of event never come so often.
 */
export const worthAPattern = 2000;

/** Whether a codec takes a text just as `JSON.parse` does; before `worthAPattern` texts, and where there is no pattern, nobody says so. */
const plainOf = (codec: t.Mixed): ((text: string) => boolean) => {
  let asked = 0;
  let pattern: RegExp | undefined;
  return (text) => {
    asked += 1;
    if (asked <= worthAPattern) return false;
    if (asked === worthAPattern + 1) pattern = canonicalPattern(codec, [], 'type');
    return pattern?.test(text) === true;
  };
};

/**
 * Reads a payload's text of some version as the current one; on the left, why it cannot be read. A text that needs no way
 * up, and that the pattern of its version's codec matches, needs no codec.
 */
const payloadReader = (
  type: string,
  versioned: Versioned,
): ((text: string, version: number) => E.Either<string, unknown>) => {
  const { codec, earlier = [] } = versioned;
  const isPlain: Array<(text: string) => boolean> = [];
  for (const alike of readAsTheyAre(versioned)) isPlain[alike.version] = plainOf(alike.codec);
  const typed = (text: string): unknown => {
    const payload = JSON.parse(text);
    payload.type = type;
    return payload;
  };
  return (text, version) =>
    isPlain[version]?.(text) === true
      ? E.right(typed(text))
      : F.pipe(
          E.tryCatch(
            () => JSON.parse(text) as object,
            () => 'it is not JSON',
          ),
          E.flatMap((payload) =>
            F.pipe(
              upcast(earlier, version, payload),
              E.flatMap((lifted) => codec.decode({ ...(lifted as object), type })),
              E.mapLeft((errors) =>
                errors.map(({ context }) => context.map(({ key }) => key).join('.')).join(', '),
              ),
            ),
          ),
        );
};

type Reader = { readonly version: number; readonly read: ReturnType<typeof payloadReader> };

const knownReaders = new WeakMap<EventCodecs, ReadonlyMap<string, Reader>>();

/** Made once for all who read with these codecs: each compiled the same patterns, after as many texts of its own. */
const readersOf = (codecs: EventCodecs): ReadonlyMap<string, Reader> => {
  const known = knownReaders.get(codecs);
  if (known !== undefined) return known;
  const readers = new Map(
    Object.entries(codecs).map(([type, versioned]) => [
      type,
      { version: versioned.version, read: payloadReader(type, versioned) },
    ]),
  );
  knownReaders.set(codecs, readers);
  return readers;
};

/** The event that was stored, or why it cannot be read: by name, never skipped. */
export const decodeEvent = <Codecs extends EventCodecs>(
  codecs: Codecs,
): ((recorded: RecordedEvent) => E.Either<UnreadableEvent, Recorded<EventOf<Codecs>>>) => {
  const decode = decodePayload(codecs);
  return (recorded) => {
    const metadata = decodeMetadata(recorded);
    return E.isLeft(metadata) ? metadata : decode(recorded, metadata.right);
  };
};

/** The same for an event whose metadata has been read. */
export const decodePayload = <Codecs extends EventCodecs>(
  codecs: Codecs,
): ((
  recorded: RecordedEvent,
  metadata: Metadata,
) => E.Either<UnreadableEvent, Recorded<EventOf<Codecs>>>) => {
  const readers = readersOf(codecs);
  return (recorded, metadata) => {
    const { id, stream, revision, position, recordedAt, hash, type } = recorded;
    const known = readers.get(type);
    if (known === undefined || metadata.schema < 1 || metadata.schema > known.version) {
      return E.left({ type: 'unknown-event', id, event: type, version: metadata.schema });
    }
    const read = known.read(recorded.payload, metadata.schema);
    if (E.isLeft(read)) return E.left({ type: 'unreadable-payload', id, event: type, reason: read.left });
    const event = read.right as EventOf<Codecs>;
    return E.right({ event, metadata, id, stream, revision, position, recordedAt, hash });
  };
};
