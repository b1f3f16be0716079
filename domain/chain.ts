import { encodeMetadata, type Metadata } from './envelope.ts';
import type { Sha256 } from './port/digest.ts';
import type { EventToAppend } from './port/event-store.ts';

/** Stands for the hash before a stream's first event, and before a log's. */
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
export const linkHash = (sha256: Sha256, link: Link): string =>
  linkHashOfText(sha256, link, encodeMetadata(link.metadata));

/** The same from the metadata as it is stored, of which only two members are needed. */
export const linkHashOfText = (
  sha256: Sha256,
  link: Omit<Link, 'metadata'> & { readonly metadata: Pick<Metadata, 'time' | 'payloadHash'> },
  text: string,
): string => {
  const { previous, stream, revision, id, type } = link;
  const { time, payloadHash } = link.metadata;
  // Of texts and whole numbers alone, JSON.stringify is canonical.
  return sha256(JSON.stringify([previous, stream, revision, id, type, time, payloadHash, sha256(text)]));
};

/** One link of a whole log's chain: over previous link, position, the event's own hash and the store's stamp. */
export const logHash = (
  sha256: Sha256,
  previous: string,
  position: number,
  hash: string,
  recordedAt: string,
): string => sha256(JSON.stringify([previous, position, hash, recordedAt]));

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
    const text = encodeMetadata(metadata);
    const hash = linkHashOfText(sha256, { previous, stream, revision, id, type, metadata }, text);
    previous = hash;
    return { id, type, payload, metadata: text, hash };
  });
};
