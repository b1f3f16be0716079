import { either as E } from 'fp-ts';
import { seal } from '../../domain/chain.ts';
import { logStream } from '../../domain/esdb/ledger-stream.ts';
import { recordedEvent } from '../../domain/esdb/recorded-event.ts';
import { decodeEvent, encodeEvent } from '../../domain/event.ts';
import { logEvents } from '../../domain/log/events.ts';
import type { Sha256 } from '../../domain/port/digest.ts';
import type { AppendFailure, LogIdentity } from '../../domain/port/event-store.ts';
import type { Ids } from '../../domain/port/ids.ts';
import { appendTo } from './append.ts';
import { type Calling, insist, readFailure, thrown } from './calling.ts';
import { lastOf } from './read.ts';

type Naming = { readonly ids: Ids; readonly sha256: Sha256 };

/** What the log says of itself; `undefined` of one that says nothing yet. */
export const readIdentity = async (
  calling: Calling,
): Promise<E.Either<AppendFailure, LogIdentity | undefined>> => {
  const read = await insist(calling, () => lastOf(calling, logStream));
  if (E.isLeft(read)) return E.left(readFailure(read.left));
  if (read.right === undefined) return E.right(undefined);
  const recorded = recordedEvent(read.right);
  const decoded = recorded && decodeEvent(logEvents)(recorded);
  if (decoded === undefined || E.isLeft(decoded))
    return E.left({
      type: 'rejected',
      stream: logStream,
      reason: `the last event of ${logStream} does not say which log this is`,
    });
  const { logId, epoch } = decoded.right.event;
  return E.right({ logId, epoch });
};

/** How what a log says of itself differs from what it said, in words. */
const difference = (said: LogIdentity | undefined, { logId, epoch }: LogIdentity): string | undefined => {
  if (said === undefined) return `it does not say which log it is, and was ${logId}`;
  if (said.logId !== logId) return `it is the log ${said.logId}, and was ${logId}`;
  return said.epoch === epoch ? undefined : `it was restored: epoch ${said.epoch} has begun`;
};

/** Whether what answers now is still this log. Who cannot learn it does not go on as if it were. */
export const staysAs =
  (calling: Calling, identity: LogIdentity): NonNullable<Calling['sameLog']> =>
  async (told) => {
    if (told !== undefined && difference(told, identity) === undefined) return;
    // A server of a log that was identified by somebody else knows it by another name.
    const said = await readIdentity(calling);
    if (E.isLeft(said)) {
      const { left } = said;
      if (left.type === 'denied' || left.type === 'unavailable') throw thrown(left);
      throw thrown({ type: 'restored', reason: 'reason' in left ? left.reason : left.type });
    }
    const other = difference(said.right, identity);
    if (other !== undefined) throw thrown({ type: 'restored', reason: other });
  };

/** An EventStoreDB is a log of ours from the moment that it has an id; of two that give it one at once the first wins. */
export const identify = async (
  calling: Calling,
  { ids, sha256 }: Naming,
): Promise<E.Either<AppendFailure, LogIdentity>> => {
  const said = await readIdentity(calling);
  if (E.isLeft(said)) return said;
  if (said.right !== undefined) return E.right(said.right);
  const logId = ids.random();
  const id = ids.random();
  const { type, schema, payload } = encodeEvent(logEvents)({ type: 'LogIdentified', logId, epoch: 1 });
  const metadata = {
    schema,
    time: calling.clock.now(),
    actor: 'esdb',
    incarnation: logId,
    $causationId: id,
    $correlationId: id,
  };
  const events = seal(sha256, logStream, undefined, [{ id, type, payload, metadata }]);
  const written = await appendTo(calling, { stream: logStream, expectedRevision: 'no-stream', events });
  if (E.isRight(written)) return E.right({ logId, epoch: 1 });
  if (written.left.type !== 'conflict') return written;
  const again = await readIdentity(calling);
  return E.isRight(again) && again.right === undefined
    ? written
    : (again as E.Either<AppendFailure, LogIdentity>);
};
