import type { Metadata } from '../envelope.ts';
import { type ClientPayload, textOf } from './client-payload.ts';

/** What clients write into their metadata to say why an event is there: EventStoreDB's own names. */
type Origin = Pick<Metadata, '$causationId' | '$correlationId'>;

const named = (value: unknown, otherwise: string): string =>
  typeof value === 'string' && value !== '' ? value : otherwise;

const originOf = ({ id, metadata }: ClientPayload): Origin => {
  const nothing = { $causationId: id, $correlationId: id };
  const text = textOf(metadata);
  // Most metadata says nothing of it, and need not be read.
  if (text === undefined || !/\$c(?:aus|orrel)ationId/.test(text)) return nothing;
  try {
    const said = JSON.parse(text) ?? {};
    return { $causationId: named(said.$causationId, id), $correlationId: named(said.$correlationId, id) };
  } catch {
    return nothing;
  }
};

/**
 * The envelope of a client's event, without the payload's hash. It follows from what every reader of the event sees, so that a reader far
 * away can recompute the chain: `recordedAt` is the store's stamp, `logId` the log's.
 */
export const clientEnvelope = (
  event: ClientPayload,
  recordedAt: string,
  logId: string,
): Omit<Metadata, 'payloadHash'> => ({
  schema: 1,
  time: recordedAt,
  actor: 'client',
  incarnation: logId,
  ...originOf(event),
});
