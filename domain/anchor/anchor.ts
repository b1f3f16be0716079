import { either as E } from 'fp-ts';
import { canonicalJson } from '../canonical-json.ts';
import { Uuid } from '../identity/uuid.ts';

/** What names this kind of line, and keeps a signature of it from being one of anything else. */
const kind = 'evio-anchor/1';

/** How far a log, or one stream of it, had come: whoever keeps this sees whether that history was changed since. */
export type Anchor = {
  readonly logId: string;
  readonly epoch: number;
  /** A stream's name, or `log` for the whole of it. */
  readonly of: string;
  /** The stream's revision, or the log's position. */
  readonly at: number;
  /** The hash that stands there: of the stream's chain, or of the log's. */
  readonly hash: string;
};

export type SignedAnchor = Anchor & {
  /** Ed25519 over `anchorText`, 64 bytes in base64. */
  readonly signature: string;
};

export type NotAnAnchor = { readonly type: 'not-an-anchor'; readonly reason: string };

/** What is signed: the canonical JSON array of the line's fields. */
export const anchorText = ({ logId, epoch, of, at, hash }: Anchor): string =>
  canonicalJson([kind, logId, epoch, of, at, hash]);

/** `evio-anchor/1 LOG-ID EPOCH STREAM|log REVISION|POSITION HASH SIGNATURE`: one line that survives mail and paper. */
export const formatAnchor = ({ logId, epoch, of, at, hash, signature }: SignedAnchor): string =>
  [kind, logId, epoch, of, at, hash, signature].join(' ');

const whole = /^(0|[1-9]\d{0,14})$/;

const wrong = (reason: string): E.Either<NotAnAnchor, never> => E.left({ type: 'not-an-anchor', reason });

/** Reads a line that `formatAnchor` wrote; spaces around it do not matter. */
export const parseAnchor = (line: string): E.Either<NotAnAnchor, SignedAnchor> => {
  const [first = '', logId = '', epoch = '', of = '', at = '', hash = '', signature = '', ...rest] = line
    .trim()
    .split(/\s+/);
  if (first !== kind) {
    return wrong(
      /^evio-anchor\/\d+$/.test(first)
        ? `it is an ${first}, and this program reads ${kind}`
        : `it does not begin with ${kind}`,
    );
  }
  if (!Uuid.is(logId)) return wrong(`its log id "${logId}" is not a UUID`);
  if (!whole.test(epoch)) return wrong(`its epoch "${epoch}" is not a number`);
  if (of === '') return wrong('it ends before the name of its stream');
  if (!whole.test(at)) return wrong(`its revision or position "${at}" is not a number`);
  if (!/^[0-9a-f]{64}$/.test(hash)) return wrong(`its hash "${hash}" is not 64 hexadecimal digits`);
  if (!/^[A-Za-z0-9+/]{86}==$/.test(signature)) return wrong('its signature is not 64 bytes in base64');
  if (rest.length > 0) return wrong(`it goes on behind its signature: "${rest.join(' ')}"`);
  return E.right({ logId, epoch: Number(epoch), of, at: Number(at), hash, signature });
};
