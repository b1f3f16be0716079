import { either as E } from 'fp-ts';
import { canonicalJson, type Json } from '../canonical-json.ts';
import { encodeMetadata, Metadata, readPlain } from '../envelope.ts';
import type { ClientEvent } from '../port/client-log.ts';
import type { Sha256 } from '../port/digest.ts';
import type { EventToAppend } from '../port/event-store.ts';
import { textOf } from './client-payload.ts';

/** A ledger event that is in itself as it must be; whether it fits where it is to stand is seen there. */
export type LedgerEvent = EventToAppend & { readonly envelope: Metadata };

/**
 * A ledger event's metadata on the wire: as it is stored, and the key `hash`, the event's link of its stream's chain. `metadata` is canonical
 * JSON; so is what comes out.
 */
export const wireMetadata = (metadata: string, hash: string): string => {
  // In the order of the keys `hash` comes right before `incarnation`; a quotation mark inside a value has a backslash before it.
  if (readPlain(metadata) !== undefined)
    return metadata.replace(',"incarnation":', () => `,"hash":"${hash}","incarnation":`);
  return canonicalJson({ ...(JSON.parse(metadata) as { readonly [key: string]: Json }), hash });
};

const parse = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

const isCanonical = (text: string): boolean => {
  try {
    return text.startsWith('{') && canonicalJson(parse(text) as Json) === text;
  } catch {
    return false;
  }
};

const digest = /^[0-9a-f]{64}$/;

/** What the wire's metadata says, when it says no more and no less than an envelope and a hash, canonically. */
const readWireMetadata = (
  text: string,
): { readonly envelope: Metadata; readonly metadata: string; readonly hash: string } | undefined => {
  const said = parse(text);
  const envelope = Metadata.decode(said);
  const hash = (said as { readonly hash?: unknown } | undefined)?.hash;
  if (E.isLeft(envelope) || typeof hash !== 'string' || !digest.test(hash)) return undefined;
  const metadata = encodeMetadata(envelope.right);
  return wireMetadata(metadata, hash) === text ? { envelope: envelope.right, metadata, hash } : undefined;
};

/** What a client sent for a ledger stream, or what is wrong with it. */
export const readLedgerEvent = (
  sha256: Sha256,
  { id, type, contentType, data, metadata: sent }: ClientEvent,
): E.Either<string, LedgerEvent> => {
  const refused = (reason: string): E.Either<string, never> => E.left(`event ${id} (${type}): ${reason}`);
  if (contentType !== 'application/json')
    return refused(`its content type is ${contentType}: send application/json`);
  const payload = textOf(data);
  if (payload === undefined || !isCanonical(payload))
    return refused(
      'its data is not a canonical JSON object (RFC 8785): send the payload’s text as the ledger has it',
    );
  const said = readWireMetadata(textOf(sent) ?? '');
  if (said === undefined)
    return refused(
      'its metadata is not the event’s envelope and hash in canonical JSON: send what readers of the stream get',
    );
  const { envelope, metadata, hash } = said;
  const payloadHash = sha256(payload);
  if (payloadHash !== envelope.payloadHash)
    return refused(
      `its data has the SHA-256 ${payloadHash}, and its metadata says payloadHash ${envelope.payloadHash}`,
    );
  return E.right({ id, type, payload, metadata, hash, envelope });
};
