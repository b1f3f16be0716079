import { isUtf8 } from 'node:buffer';
import type { ReadResp } from '@eventstore/db-client/generated/streams_pb.js';
import type { ClientEventRead, Content } from '../../domain/port/client-log.ts';

const contentOf = (bytes: Uint8Array): Content => (isUtf8(bytes) ? Buffer.from(bytes).toString() : bytes);

const dashed = (hex: string): string =>
  `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;

const hex64 = (bits: string | undefined): string =>
  BigInt.asUintN(64, BigInt(bits ?? 0))
    .toString(16)
    .padStart(16, '0');

/** Ticks are tenths of a microsecond since 1970. */
const stampOf = (ticks: string): string => new Date(Number(ticks.slice(0, -4))).toISOString();

/** The event that a message of a reading brings; `undefined` of any other message. Links are not followed. */
export const wireEvent = (message: ReadResp): ClientEventRead | undefined => {
  const event = message.getEvent()?.getEvent();
  if (event === undefined) return undefined;
  const id = event.getId();
  const structured = id?.getStructured();
  const described = event.getMetadataMap();
  return {
    stream: Buffer.from(event.getStreamIdentifier()?.getStreamName_asU8() ?? []).toString(),
    revision: Number(event.getStreamRevision()),
    position: Number(event.getCommitPosition()),
    recordedAt: stampOf(described.get('created') ?? ''),
    id:
      structured === undefined
        ? (id?.getString() ?? '')
        : dashed(hex64(structured.getMostSignificantBits()) + hex64(structured.getLeastSignificantBits())),
    type: described.get('type') ?? '',
    contentType: described.get('content-type') ?? '',
    data: contentOf(event.getData_asU8()),
    metadata: contentOf(event.getCustomMetadata_asU8()),
  };
};
