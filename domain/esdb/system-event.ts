import type { ClientEvent } from '../port/client-log.ts';
import type { Sha256 } from '../port/digest.ts';
import { metadataStream } from './ledger-stream.ts';
import { rowIds } from './row-id.ts';
import { deletedBefore } from './stream-metadata.ts';

/** A stream's last event, when it was ended for ever. */
export const tombstoneType = '$streamDeleted';

export const metadataType = '$metadata';

/** A stream's metadata, written by the server at this revision of the metadata stream: the id follows from the place. */
export const metadataEvent = (
  sha256: Sha256,
  stream: string,
  revision: number,
  data = `{"$tb":${deletedBefore}}`,
): ClientEvent => ({
  id: rowIds(sha256, metadataStream(stream))(revision),
  type: metadataType,
  contentType: 'application/json',
  data,
  metadata: '',
});

export const tombstone = (sha256: Sha256, stream: string, revision: number): ClientEvent => ({
  id: rowIds(sha256, stream)(revision),
  type: tombstoneType,
  contentType: 'application/octet-stream',
  data: '',
  metadata: '',
});
