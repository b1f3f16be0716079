import { either as E, function as F } from 'fp-ts';
import type * as t from 'io-ts';
import { canonicalJson, type Json } from './canonical-json.ts';
import { decodeMetadata, type Metadata, type UnreadableEnvelope } from './envelope.ts';
import type { RecordedEvent } from './port/event-store.ts';

/** The payload codecs of one aggregate's events, each at its current version. */
export type EventCodecs = Readonly<Record<string, { readonly version: number; readonly codec: t.Mixed }>>;

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

/** An event as it is stored: its type apart, the rest as canonical JSON. */
export const encodeEvent =
  <Codecs extends EventCodecs>(codecs: Codecs) =>
  (event: EventOf<Codecs>): Encoded => {
    const known = codecs[event.type];
    if (known === undefined) throw new TypeError(`no codec for ${event.type}`);
    const { type, ...payload } = known.codec.encode(event) as { readonly type: string } & Record<
      string,
      Json
    >;
    return { type, schema: known.version, payload: canonicalJson(payload) };
  };

/** The event that was stored, or why it cannot be read: by name, never skipped. */
export const decodeEvent =
  <Codecs extends EventCodecs>(codecs: Codecs) =>
  (recorded: RecordedEvent): E.Either<UnreadableEvent, Recorded<EventOf<Codecs>>> =>
    F.pipe(
      decodeMetadata(recorded),
      E.flatMap((metadata): E.Either<UnreadableEvent, Recorded<EventOf<Codecs>>> => {
        const { id, stream, revision, position, recordedAt, hash, type } = recorded;
        const known = codecs[type];
        if (known === undefined || metadata.schema > known.version) {
          return E.left({ type: 'unknown-event', id, event: type, version: metadata.schema });
        }
        return F.pipe(
          E.tryCatch(
            () => JSON.parse(recorded.payload) as object,
            () => 'it is not JSON',
          ),
          E.flatMap((payload) =>
            F.pipe(
              known.codec.decode({ ...payload, type }),
              E.mapLeft((errors) =>
                errors.map(({ context }) => context.map(({ key }) => key).join('.')).join(', '),
              ),
            ),
          ),
          E.bimap(
            (reason) => ({ type: 'unreadable-payload', id, event: type, reason }) as const,
            (event) => ({
              event: event as EventOf<Codecs>,
              metadata,
              id,
              stream,
              revision,
              position,
              recordedAt,
              hash,
            }),
          ),
        );
      }),
    );
