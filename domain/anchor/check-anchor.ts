import { either as E } from 'fp-ts';
import type { ArchivedRun } from '../port/drop-era.ts';
import type { LogReader } from '../port/log-reader.ts';
import type { VerifySignature } from '../port/signature.ts';
import { parseHostStream } from '../stream.ts';
import type { KnownKey } from '../verify/keys.ts';
import { type Anchor, anchorText, type SignedAnchor } from './anchor.ts';

/** Whose key made the signature. */
export type SignedBy = { readonly key: 'given' } | ({ readonly key: 'in-log' } & KnownKey);

/** The history up to the anchor is the one that was anchored. */
export type AnchorHolds = {
  readonly anchor: Anchor;
  /** The stream's last revision, or the log's last position, now. */
  readonly end: number;
  readonly signedBy: SignedBy;
};

export type AnchorBroken = {
  readonly anchor: Anchor;
  readonly because:
    | { readonly type: 'other-log'; readonly logId: string }
    /** A restored backup begins a new epoch: what came behind its last common event may be another history. */
    | { readonly type: 'other-epoch'; readonly epoch: number }
    /** Events are gone: it ends here, −1 when it is not there at all. */
    | { readonly type: 'shorter'; readonly end: number }
    /** In the middle of events that are archived: the log cannot say. */
    | { readonly type: 'archived'; readonly run: ArchivedRun }
    | { readonly type: 'rewritten'; readonly position: number; readonly found: string }
    /** By none of these keys; there are none when the log names none and none was given. */
    | { readonly type: 'signature'; readonly keys: ReadonlyArray<SignedBy> };
};

type Standing = { readonly hash: string; readonly position: number } | undefined;

/** Of archived events the log knows the last ones of their runs. */
const archivedAt = (log: LogReader, { of, at }: Anchor): ArchivedRun | undefined =>
  log
    .archived()
    .find((run) =>
      of === 'log'
        ? run.from <= at && at <= run.to
        : run.stream === of && run.fromRevision <= at && at <= run.toRevision,
    );

const standing = (log: LogReader, anchor: Anchor): Standing => {
  const { of, at } = anchor;
  const run = archivedAt(log, anchor);
  if (run !== undefined && at === (of === 'log' ? run.to : run.toRevision))
    return { hash: of === 'log' ? run.logHash : run.hash, position: run.to };
  if (run !== undefined) return undefined;
  if (of === 'log') {
    const event = log.at(at);
    return event && { hash: event.logHash, position: event.position };
  }
  for (const [event] of log.streamPages(of, at)) return event?.revision === at ? event : undefined;
  return undefined;
};

const endOf = (log: LogReader, { of }: Anchor): number =>
  of === 'log'
    ? (log.end()?.position ?? -1)
    : (log.heads().find(({ stream }) => stream === of)?.revision ?? -1);

/** Of a host's stream the keys of its node; of the cluster's stream and the log those of any. */
const keysFor = ({ of }: Anchor, known: ReadonlyArray<KnownKey>): ReadonlyArray<SignedBy> => {
  const node = parseHostStream(of)?.node;
  return known
    .filter((key) => node === undefined || key.node === node)
    .map((key) => ({ key: 'in-log', ...key }));
};

/**
 * Whether a log only grew since an anchor was made. The log's chains must have been verified already: then one equal hash
 * proves all that lies before it. `given`: the only public key to trust; when absent, those that the log names.
 */
export const checkAnchor = (
  log: LogReader,
  verifySignature: VerifySignature,
  known: ReadonlyArray<KnownKey>,
  given: string | undefined,
  { signature, ...anchor }: SignedAnchor,
): E.Either<AnchorBroken, AnchorHolds> => {
  const broken = (because: AnchorBroken['because']) => E.left({ anchor, because });
  const { logId, epoch } = log.identity;
  if (logId !== anchor.logId) return broken({ type: 'other-log', logId });
  if (epoch !== anchor.epoch) return broken({ type: 'other-epoch', epoch });
  const end = endOf(log, anchor);
  const found = standing(log, anchor);
  const run = archivedAt(log, anchor);
  if (found === undefined) return broken(run ? { type: 'archived', run } : { type: 'shorter', end });
  if (found.hash !== anchor.hash) {
    return broken({ type: 'rewritten', position: found.position, found: found.hash });
  }
  const keys: ReadonlyArray<SignedBy> = given === undefined ? keysFor(anchor, known) : [{ key: 'given' }];
  const text = anchorText(anchor);
  const signedBy = keys.find((by) =>
    verifySignature(by.key === 'in-log' ? by.publicKey : (given ?? ''), text, signature),
  );
  return signedBy === undefined ? broken({ type: 'signature', keys }) : E.right({ anchor, end, signedBy });
};
