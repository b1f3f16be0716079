import { seal } from '../chain.ts';
import type { ClientEvent } from '../port/client-log.ts';
import { clientEnvelope } from './client-envelope.ts';
import { encodeClientPayload } from './client-payload.ts';
import { rowIds } from './row-id.ts';
import type { SealedAppend, Standing } from './standing.ts';

/** The end of a stream that grows, as far as its next events rest on it. */
type Head = { readonly revision: number; readonly hash: string } | undefined;

/** Completes what a client sent as the next events of a stream. */
export const sealClientEvents = (
  { sha256, logId, recordedAt }: Pick<Standing, 'sha256' | 'logId' | 'recordedAt'>,
  stream: string,
  head: Head,
  events: ReadonlyArray<ClientEvent>,
): SealedAppend => {
  const idAt = rowIds(sha256, stream);
  const first = (head?.revision ?? -1) + 1;
  const unsealed = events.map((event, index) => ({
    id: idAt(first + index),
    type: event.type,
    payload: encodeClientPayload(event),
    metadata: clientEnvelope(event, recordedAt, logId),
  }));
  return { stream, events: seal(sha256, stream, head, unsealed) };
};
