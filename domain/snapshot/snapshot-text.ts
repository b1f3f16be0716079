import { either as E } from 'fp-ts';
import * as t from 'io-ts';
import { canonicalJson } from '../canonical-json.ts';
import type { Sha256 } from '../port/digest.ts';
import { Place, type Snapshot, SnapshotKey, type Unfit } from './snapshot.ts';

/** The shape of the text itself; what the state's shape depends on is in the fingerprint. */
const format = 'evio-snapshot/2';

const Label = t.strict({ key: SnapshotKey, at: Place });

/** Of the label and of the state's own digest: a state may be tens of megabytes, and is not copied to stand behind its label. */
const digestOf = (sha256: Sha256, label: string, state: string): string =>
  sha256(`${label}\n${sha256(state)}`);

/** Three lines: format and digest of what follows; the label; the state. */
export const snapshotText = (sha256: Sha256, key: SnapshotKey, { at, state }: Snapshot): string => {
  const label = canonicalJson({ key, at });
  return `${format} ${digestOf(sha256, label, state)}\n${label}\n${state}`;
};

/** The snapshot in a text, when every byte is as it was written and it is of exactly this. */
export const parseSnapshot = (sha256: Sha256, key: SnapshotKey, text: string): E.Either<Unfit, Snapshot> => {
  const digestEnd = text.indexOf('\n');
  const labelEnd = text.indexOf('\n', digestEnd + 1);
  const labelText = text.slice(digestEnd + 1, labelEnd);
  const state = text.slice(labelEnd + 1);
  if (labelEnd === -1 || text.slice(0, digestEnd) !== `${format} ${digestOf(sha256, labelText, state)}`) {
    return E.left({ type: 'damaged' });
  }
  const label = readLabel(labelText);
  if (E.isLeft(label)) return label;
  const found = label.right.key;
  const differs = keys.find((name) => found[name] !== key[name]);
  return differs === undefined
    ? E.right({ at: label.right.at, state })
    : E.left({ type: 'foreign', differs });
};

/** The code last: of a snapshot from elsewhere that is the least of the reasons. */
const keys = ['name', 'logId', 'epoch', 'source', 'fingerprint'] as const;

const readLabel = (text: string): E.Either<Unfit, t.TypeOf<typeof Label>> => {
  const json = E.tryCatch(
    () => JSON.parse(text) as unknown,
    () => undefined,
  );
  const label = E.isRight(json) ? Label.decode(json.right) : json;
  return E.isRight(label) ? label : E.left({ type: 'damaged' });
};
