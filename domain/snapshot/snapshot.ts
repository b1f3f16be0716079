import * as t from 'io-ts';
import { Integer } from '../integer.ts';

/** What a state was folded from, and by which program: all of it must fit, or the snapshot is of something else. */
export const SnapshotKey = t.strict({
  /** As `StateCodec` has it. */
  name: t.string,
  logId: t.string,
  epoch: Integer,
  /** The stream that was folded, or `wholeLog`. */
  source: t.string,
  /** SHA-256 over the code that folded and encoded: another program's states mean nothing to this one. */
  fingerprint: t.string,
});
export type SnapshotKey = t.TypeOf<typeof SnapshotKey>;

/** The source of a projection of all streams. */
export const wholeLog = 'log';

/** The last event in a state: its revision and link in its stream's chain, or its position and link in the log's. */
export const Place = t.strict({ revision: Integer, hash: t.string });
export type Place = t.TypeOf<typeof Place>;

export type Snapshot = { readonly at: Place; readonly state: string };

/** Why a snapshot is not used. None of it is an error: the log is folded from its beginning instead. */
export type Unfit =
  | { readonly type: 'missing' }
  | { readonly type: 'file-unreadable'; readonly reason: string }
  | { readonly type: 'damaged' }
  /** It is a sound snapshot whose key differs in this. */
  | { readonly type: 'foreign'; readonly differs: keyof SnapshotKey }
  | { readonly type: 'ahead'; readonly revision: number }
  | { readonly type: 'other-history'; readonly revision: number }
  | { readonly type: 'state-unreadable' };

const differences: Readonly<Record<keyof SnapshotKey, string>> = {
  name: 'it keeps another state',
  logId: 'it is of another log',
  epoch: 'it is of another epoch of the log',
  source: 'it is of another stream',
  fingerprint: 'another version of the program made it',
};

export const describeUnfit = (unfit: Unfit): string => {
  switch (unfit.type) {
    case 'missing':
      return 'there is none';
    case 'file-unreadable':
      return unfit.reason;
    case 'damaged':
      return 'it is not what was written';
    case 'foreign':
      return differences[unfit.differs];
    case 'ahead':
      return `it is ahead of the log: revision ${unfit.revision} is not there`;
    case 'other-history':
      return `the log has another event at revision ${unfit.revision}`;
    case 'state-unreadable':
      return 'its state cannot be read';
  }
};
