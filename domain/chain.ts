import { canonicalJson } from './canonical-json.ts';
import { encodeMetadata, type Metadata } from './envelope.ts';
import type { Sha256 } from './port/digest.ts';
import type { EventToAppend } from './port/event-store.ts';

/** Stands for the hash before a stream's first event. */
export const genesis = '0'.repeat(64);

export type Link = {
  readonly previous: string;
  readonly stream: string;
  readonly revision: number;
  readonly id: string;
  readonly type: string;
  readonly metadata: Metadata;
};

/**
 * An event's place in its stream's hash chain: SHA-256 over the canonical JSON array of previous hash, stream, revision,
 * event id, type, time, payload hash and metadata hash. It covers neither the log position nor the store's stamp, so it
 * travels unchanged when a stream is shipped to another log.
 */
export const linkHash = (sha256: Sha256, { previous, stream, revision, id, type, metadata }: Link): string =>
  sha256(
    canonicalJson([
      previous,
      stream,
      revision,
      id,
      type,
      metadata.time,
      metadata.payloadHash,
      sha256(encodeMetadata(metadata)),
    ]),
  );

export type Unsealed = {
  readonly id: string;
  readonly type: string;
  readonly payload: string;
  readonly metadata: Omit<Metadata, 'payloadHash'>;
};

/** Completes the next events of a stream, linked one to the other behind `head`. */
export const seal = (
  sha256: Sha256,
  stream: string,
  head: { readonly revision: number; readonly hash: string } | undefined,
  events: ReadonlyArray<Unsealed>,
): ReadonlyArray<EventToAppend> => {
  let previous = head?.hash ?? genesis;
  let revision = head?.revision ?? -1;
  return events.map(({ id, type, payload, metadata: open }) => {
    const metadata: Metadata = { ...open, payloadHash: sha256(payload) };
    revision += 1;
    const hash = linkHash(sha256, { previous, stream, revision, id, type, metadata });
    previous = hash;
    return { id, type, payload, metadata: encodeMetadata(metadata), hash };
  });
};
