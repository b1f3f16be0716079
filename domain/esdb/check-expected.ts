import { either as E } from 'fp-ts';
import type { ClientAppendFailure, ClientExpectation } from '../port/client-log.ts';
import { metadataStream } from './ledger-stream.ts';
import { rowId } from './row-id.ts';
import type { Standing, Stands } from './standing.ts';
import { isSoftlyDeleted } from './stream-metadata.ts';
import { isTombstoned, streamMetadata } from './stream-state.ts';

type Checked = E.Either<ClientAppendFailure, Stands | undefined>;

type Expecting = {
  readonly stream: string;
  readonly expected: ClientExpectation;
  /** The client's, in order. */
  readonly ids: ReadonlyArray<string>;
};

/** Where all of these ids stand already, wherever that is: with some of them only, it is no repeat. */
const repeatedAnywhere = (
  { sha256, find }: Standing,
  { stream, ids }: Expecting,
): Stands | 'none' | 'some' => {
  let last: Stands | undefined;
  for (const [index, id] of ids.entries()) {
    const stands = find(rowId(sha256, stream, id));
    if (stands === undefined) return index === 0 ? 'none' : 'some';
    last = stands;
  }
  return last ?? 'none';
};

/** Where all of these ids stand one behind the other, from a revision on. */
const repeatedFrom = (
  { sha256, at }: Standing,
  { stream, ids }: Expecting,
  first: number,
): Stands | 'none' | 'some' => {
  let last: Stands | undefined;
  for (const [index, id] of ids.entries()) {
    const revision = first + index;
    const stands = at(stream, revision);
    const isThis =
      stands?.id === rowId(sha256, stream, id) || stands?.id === rowId(sha256, stream, id, revision);
    if (stands === undefined || !isThis) return index === 0 ? 'none' : 'some';
    last = stands;
  }
  return last ?? 'none';
};

/**
 * Whether a stream is what a client says that it must be, as EventStoreDB decides it: `undefined` when it may be written to, and
 * the place of the last event when all of it was written before. An append of which only a part stands already is a conflict.
 */
export const checkExpected = (standing: Standing, expecting: Expecting): Checked => {
  const { stream, expected } = expecting;
  if (isTombstoned(standing, stream)) return E.left({ type: 'stream-deleted', stream });
  const end = standing.end(stream);
  const isDeleted = (): boolean => isSoftlyDeleted(streamMetadata(standing, stream));
  const conflict: Checked = E.left({
    type: 'conflict',
    stream,
    expected,
    actual: end?.revision ?? 'no-stream',
  });
  if (expected === 'any' || expected === 'stream-exists') {
    if (expected === 'stream-exists') {
      if (isDeleted()) return E.left({ type: 'stream-deleted', stream });
      // A stream that has metadata counts as one, though it has no event.
      if (end === undefined && standing.end(metadataStream(stream)) === undefined) return conflict;
    }
    const repeated = repeatedAnywhere(standing, expecting);
    return repeated === 'some' ? conflict : E.right(repeated === 'none' ? undefined : repeated);
  }
  const first = expected === 'no-stream' ? 0 : expected + 1;
  const next = (end?.revision ?? -1) + 1;
  if (first === next) return E.right(undefined);
  if (first > next) return conflict;
  const repeated = repeatedFrom(standing, expecting, first);
  if (typeof repeated !== 'string') return E.right(repeated);
  // Who deletes a stream may begin it anew.
  return repeated === 'none' && expected === 'no-stream' && expecting.ids.length > 0 && isDeleted()
    ? E.right(undefined)
    : conflict;
};
