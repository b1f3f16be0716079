import { either as E } from 'fp-ts';
import type { Sha256 } from '../domain/port/digest.ts';
import type { LogIdentity } from '../domain/port/event-store.ts';
import type { Files } from '../domain/port/files.ts';
import type { Log } from '../domain/port/log.ts';
import { describeUnfit, type Place, type SnapshotKey, type Unfit } from '../domain/snapshot/snapshot.ts';
import { parseSnapshot, snapshotText } from '../domain/snapshot/snapshot-text.ts';
import type { StateCodec } from '../domain/snapshot/state-codec.ts';

/** A state and the last event in it. */
export type Kept<State> = { readonly state: State; readonly at: Place };

/** What is kept, and of which stream (or the whole) of which log. */
export type SnapshotOf<State> = {
  readonly codec: StateCodec<State>;
  readonly identity: LogIdentity;
  readonly source: string;
};

/** The hash that the log has at a revision (for the whole log: at a position); `undefined` behind its end. */
export type HashAt = (revision: number) => Promise<string | undefined>;

/**
 * States kept between the lives of a program. Only a cache: whatever is not found as it was written, of this very log and code, and
 * at a place where the log has this very event, counts as none.
 */
export type Snapshots = {
  readonly load: <State>(of: SnapshotOf<State>, hashAt: HashAt) => Promise<Kept<State> | undefined>;
  /** Encodes at once, then writes. To be given durable states only. */
  readonly store: <State>(of: SnapshotOf<State>, kept: Kept<State>) => Promise<void>;
};

export type SnapshotPorts = { readonly files: Files; readonly sha256: Sha256; readonly log: Log };

/** Where a state's snapshot lies: beside the log. */
export const snapshotPath = (logPath: string, name: string): string => `${logPath}-${name}.snapshot`;

/**
 * Snapshots in files beside the log, one for each state's name: the next replaces the one before, so none is ever left over.
 * `fingerprint` is that of the running code: a changed fold or shape changes it, and no snapshot of before is read.
 */
export const fileSnapshots = (
  { files, sha256, log }: SnapshotPorts,
  { logPath, fingerprint }: { readonly logPath: string; readonly fingerprint: string },
): Snapshots => {
  const pathOf = (name: string): string => snapshotPath(logPath, name);
  const keyOf = <State>({ codec, identity, source }: SnapshotOf<State>): SnapshotKey => ({
    name: codec.name,
    logId: identity.logId,
    epoch: identity.epoch,
    source,
    fingerprint,
  });

  const find = async <State>(
    of: SnapshotOf<State>,
    hashAt: HashAt,
  ): Promise<E.Either<Unfit, Kept<State>>> => {
    const read = await files.read(pathOf(of.codec.name))();
    if (E.isLeft(read)) return E.left({ type: 'file-unreadable', reason: read.left.reason });
    if (read.right === undefined) return E.left({ type: 'missing' });
    const snapshot = parseSnapshot(sha256, keyOf(of), read.right);
    if (E.isLeft(snapshot)) return snapshot;
    const { at } = snapshot.right;
    const hash = await hashAt(at.revision);
    if (hash === undefined) return E.left({ type: 'ahead', revision: at.revision });
    if (hash !== at.hash) return E.left({ type: 'other-history', revision: at.revision });
    const state = of.codec.decode(snapshot.right.state);
    return state === undefined ? E.left({ type: 'state-unreadable' }) : E.right({ state, at });
  };

  return {
    load: async (of, hashAt) => {
      const found = await find(of, hashAt);
      if (E.isRight(found)) return found.right;
      log.info('no snapshot is used: the log is folded from its beginning', {
        snapshot: pathOf(of.codec.name),
        source: of.source,
        reason: describeUnfit(found.left),
      });
      return undefined;
    },
    store: async (of, { state, at }) => {
      const text = snapshotText(sha256, keyOf(of), { at, state: of.codec.encode(state) });
      const written = await files.write(pathOf(of.codec.name), text, 0o600)();
      if (E.isLeft(written)) log.warn('a snapshot could not be written', { failure: written.left });
    },
  };
};
