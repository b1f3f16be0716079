import { either as E } from 'fp-ts';
import type { ClientAppendFailure, ClientExpectation } from '../port/client-log.ts';
import type { StreamHead } from '../port/event-store.ts';
import { decodeClientPayload } from './client-payload.ts';
import { metadataStream } from './ledger-stream.ts';
import type { Standing } from './standing.ts';
import { isSoftlyDeleted } from './stream-metadata.ts';
import { isTombstoned, streamMetadata } from './stream-state.ts';

type Checked = E.Either<ClientAppendFailure, StreamHead | undefined>;

type Expecting = {
  readonly stream: string;
  readonly expected: ClientExpectation;
  /** The client's, in order. */
  readonly ids: ReadonlyArray<string>;
};

/** All of the events stand already, and where the last of them does; or some of them; or not the first. */
type Repeated = StreamHead | 'some' | 'none';

const repeated = (
  ids: ReadonlyArray<string>,
  find: (id: string, index: number) => StreamHead | undefined,
): Repeated => {
  let last: StreamHead | undefined;
  for (const [index, id] of ids.entries()) {
    const stands = find(id, index);
    if (stands === undefined) return index === 0 ? 'none' : 'some';
    last = stands;
  }
  return last ?? 'none';
};

/** Wherever they are. */
const repeatedAnywhere = ({ recent }: Standing, { stream, ids }: Expecting): Repeated =>
  repeated(ids, (id) => recent(stream, id));

/** One behind the other, from a revision on. */
const repeatedFrom = ({ at }: Standing, { stream, ids }: Expecting, first: number): Repeated =>
  repeated(ids, (id, index) => {
    const stands = at(stream, first + index);
    return stands !== undefined && decodeClientPayload(stands.payload)?.id === id ? stands : undefined;
  });

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
    const there = repeatedAnywhere(standing, expecting);
    return there === 'some' ? conflict : E.right(there === 'none' ? undefined : there);
  }
  const first = expected === 'no-stream' ? 0 : expected + 1;
  const next = (end?.revision ?? -1) + 1;
  if (first === next) return E.right(undefined);
  if (first > next) return conflict;
  const there = repeatedFrom(standing, expecting, first);
  if (typeof there !== 'string') return E.right(there);
  // Who deletes a stream may begin it anew.
  return there === 'none' && expected === 'no-stream' && isDeleted() ? E.right(undefined) : conflict;
};
