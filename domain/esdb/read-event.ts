import type { ClientEventRead } from '../port/client-log.ts';
import type { RecordedEvent } from '../port/event-store.ts';
import { decodeClientPayload } from './client-payload.ts';
import { wireMetadata } from './ledger-event.ts';
import { isLedgerStream } from './ledger-stream.ts';

/** A recorded event as clients read it. What is in no ledger stream and of no client either is shown as a ledger event is. */
export const readEvent = (recorded: RecordedEvent): ClientEventRead => {
  const { stream, revision, position, recordedAt, id, type, payload, metadata, hash } = recorded;
  const sent = isLedgerStream(stream) ? undefined : decodeClientPayload(payload);
  return sent === undefined
    ? {
        stream,
        revision,
        position,
        recordedAt,
        id,
        type,
        contentType: 'application/json',
        data: payload,
        metadata: wireMetadata(metadata, hash),
      }
    : {
        stream,
        revision,
        position,
        recordedAt,
        type,
        id: sent.id,
        contentType: sent.contentType,
        data: sent.data,
        metadata: sent.metadata,
      };
};
