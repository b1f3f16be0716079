import { either as E, function as F } from 'fp-ts';
import * as t from 'io-ts';
import { canonicalJson } from './canonical-json.ts';
import { canonicalPattern } from './canonical-pattern.ts';
import { Integer } from './integer.ts';
import type { RecordedEvent } from './port/event-store.ts';
import type { UnreadableEnvelope } from './unreadable-envelope.ts';

/**
 * What surrounds every event: written once, never changed, versioned with care – these names are the storage format.
 * `$correlationId` and `$causationId` are EventStoreDB's own names for them.
 */
export const Metadata = t.strict({
  /** Version of the payload's shape, from 1. */
  schema: Integer,
  /** The writer's clock, RFC 3339 UTC. It decides nothing. */
  time: t.string,
  /** Who asked: `kubelet`, `operator:root`, `agent`, `allocator` … */
  actor: t.string,
  /** The life of the local log that wrote this. */
  incarnation: t.string,
  /** The command's id. */
  $causationId: t.string,
  /** What the command belongs to: the plugin's run, the operator's call, the start of the agent. */
  $correlationId: t.string,
  /** SHA-256 of the payload's text: it stands in for the payload in the chain, so a payload can be redacted. */
  payloadHash: t.string,
});
export type Metadata = t.TypeOf<typeof Metadata>;

/** As `canonicalJson` does it, in a sixth of its time: the keys are known, and so is their order. */
export const encodeMetadata = (metadata: Metadata): string => {
  const { $causationId, $correlationId, actor, incarnation, payloadHash, schema, time } = metadata;
  const said = `"$causationId":${JSON.stringify($causationId)},"$correlationId":${JSON.stringify($correlationId)},"actor":${JSON.stringify(actor)}`;
  const made = `"incarnation":${JSON.stringify(incarnation)},"payloadHash":${JSON.stringify(payloadHash)}`;
  return `{${said},${made},"schema":${canonicalJson(schema)},"time":${JSON.stringify(time)}}`;
};

const keys = [
  '$causationId',
  '$correlationId',
  'actor',
  'incarnation',
  'payloadHash',
  'schema',
  'time',
] as const satisfies ReadonlyArray<keyof Metadata>;

const plain = canonicalPattern(Metadata, keys);

/** Whether a text is as `encodeMetadata` makes it; of an odd one nobody says so. */
export const isPlain = (text: string): boolean => plain?.test(text) === true;

/** The text as `encodeMetadata` makes it, which is nearly every one; `undefined` when the codec must be asked. */
export const readPlain = (text: string): Metadata | undefined => {
  const groups = plain?.exec(text);
  if (groups === null || groups === undefined) return undefined;
  const [
    ,
    $causationId = '',
    $correlationId = '',
    actor = '',
    incarnation = '',
    payloadHash = '',
    schema,
    time = '',
  ] = groups;
  return { schema: Number(schema), time, actor, incarnation, $causationId, $correlationId, payloadHash };
};

/** The envelope of a recorded event; fails, by name, on anything that is not one of ours. */
export const decodeMetadata = (
  event: Pick<RecordedEvent, 'id' | 'metadata'>,
): E.Either<UnreadableEnvelope, Metadata> => {
  const read = readPlain(event.metadata);
  if (read !== undefined) return E.right(read);
  const unreadable = (reason: string): UnreadableEnvelope => ({
    type: 'unreadable-envelope',
    id: event.id,
    reason,
  });
  return F.pipe(
    E.tryCatch(
      () => JSON.parse(event.metadata) as unknown,
      () => unreadable('its metadata is not JSON'),
    ),
    E.flatMap((json) =>
      F.pipe(
        Metadata.decode(json),
        E.mapLeft(() => unreadable('its metadata lacks what every event carries')),
      ),
    ),
  );
};
