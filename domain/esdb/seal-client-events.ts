import { seal } from '../chain.ts';
import type { ClientEvent } from '../port/client-log.ts';
import { clientEnvelope } from './client-envelope.ts';
import { encodeClientPayload } from './client-payload.ts';
import { rowId } from './row-id.ts';
import type { SealedAppend, Standing } from './standing.ts';

/** The end of a stream that grows, as far as its next events rest on it. */
type Head = { readonly revision: number; readonly hash: string } | undefined;

/** Completes what a client sent as the next events of a stream. */
export const sealClientEvents = (
  { sha256, logId, recordedAt, find }: Standing,
  stream: string,
  head: Head,
  events: ReadonlyArray<ClientEvent>,
): SealedAppend => {
  const taken = new Set<string>();
  const first = (head?.revision ?? -1) + 1;
  const idAt = (id: string, index: number): string => {
    const usual = rowId(sha256, stream, id);
    const free = !taken.has(usual) && find(usual) === undefined;
    if (free) taken.add(usual);
    return free ? usual : rowId(sha256, stream, id, first + index);
  };
  const unsealed = events.map((event, index) => ({
    id: idAt(event.id, index),
    type: event.type,
    payload: encodeClientPayload(event),
    metadata: clientEnvelope(event, recordedAt, logId),
  }));
  return { stream, events: seal(sha256, stream, head, unsealed) };
};
