import type { Content } from '../port/client-log.ts';
import { decodeClientPayload } from './client-payload.ts';
import { describedBy, metadataStream } from './ledger-stream.ts';
import type { Standing } from './standing.ts';
import { decodeStreamMetadata, metadataOfMetadata, type StreamMetadata } from './stream-metadata.ts';
import { tombstoneType } from './system-event.ts';

/** What a log says of how its streams are read. */
type Described = Pick<Standing, 'end' | 'lastPayload'>;

/** Whether the stream has a tombstone; a metadata stream ends with the stream that it describes. */
export const isTombstoned = ({ end }: Pick<Described, 'end'>, stream: string): boolean =>
  end(describedBy(stream) ?? stream)?.type === tombstoneType;

/** The data of the stream's metadata as it is now; empty when there is none. */
export const metadataOf = ({ end, lastPayload }: Described, stream: string): Content => {
  const description = metadataStream(stream);
  const payload = end(description) && lastPayload(description);
  return (payload && decodeClientPayload(payload)?.data) ?? '';
};

/** How the stream is read now. */
export const streamMetadata = (described: Described, stream: string): StreamMetadata =>
  describedBy(stream) === undefined
    ? decodeStreamMetadata(metadataOf(described, stream))
    : metadataOfMetadata;
