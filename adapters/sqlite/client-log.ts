import { either as E } from 'fp-ts';
import { decideAppend } from '../../domain/esdb/decide-append.ts';
import { decideSoftDeletion, decideTombstone } from '../../domain/esdb/decide-deletion.ts';
import { readEvent } from '../../domain/esdb/read-event.ts';
import { isVisible, type Seen, viewOf } from '../../domain/esdb/view.ts';
import type { ClientAppended, ClientAppendFailure, ClientLog } from '../../domain/port/client-log.ts';
import type { Clock } from '../../domain/port/clock.ts';
import type { LogIdentity, Unavailable } from '../../domain/port/event-store.ts';
import { batchesOf } from './client-batch.ts';
import { followAll, followStream } from './client-follow.ts';
import { type ClientReading, readAll, readStream } from './client-read.ts';
import { attempt } from './read.ts';
import { readAtFirst, recentIds } from './recent-ids.ts';
import { deciding } from './standing.ts';
import type { Work } from './work.ts';

type ClientLogParts = {
  readonly identity: LogIdentity;
  readonly clock: Clock;
  readonly reading: ClientReading;
  readonly submit: (
    work: Work<ClientAppendFailure, ClientAppended>,
  ) => Promise<E.Either<ClientAppendFailure, ClientAppended>>;
};

/** The log as clients of EventStoreDB see it. */
export const clientLogOver = ({ identity, clock, reading, submit }: ClientLogParts): ClientLog => {
  const { statements, durable } = reading;
  const batches = batchesOf(statements, reading.rewritings);
  const recent = recentIds(() => statements.idsBehind(durable() - readAtFirst));
  const parts = { logId: identity.logId, recent };
  /** Up to a position. */
  const seen = (upTo: number): Seen => ({
    end: (stream) => statements.end(stream, upTo),
    lastPayload: (stream) => statements.payloadOf(statements.end(stream, upTo)),
    recordedAt: statements.recordedAt,
  });
  const view = (stream: string, upTo: number) => viewOf(seen(upTo), clock.now(), stream);
  /** What `attempt` throws is what the port says of a machine that refuses. */
  const tried = <A>(read: () => A) =>
    E.tryCatch(
      () => attempt(reading, read),
      (error) => ({ type: 'unavailable', reason: (error as Unavailable).reason }) satisfies Unavailable,
    );
  return {
    identity,
    append: (append) => () => submit(deciding(parts, append, (standing) => decideAppend(standing, append))),
    delete: (deletion) => () =>
      submit(
        deciding(parts, { ...deletion, events: [] }, (standing) => decideSoftDeletion(standing, deletion)),
      ),
    tombstone: (deletion) => () =>
      submit(deciding(parts, { ...deletion, events: [] }, (standing) => decideTombstone(standing, deletion))),
    readStream: (read) => async () => {
      const viewed = tried(() => view(read.stream, durable()));
      if (E.isLeft(viewed)) return viewed;
      return viewed.right.type === 'visible'
        ? E.right(readStream(reading, read, viewed.right))
        : E.left(viewed.right);
    },
    readAll: (read) => readAll(reading, read),
    subscribeStream: (subscription) =>
      followStream(reading, batches, subscription, (upTo) => view(subscription.stream, upTo)),
    subscribeAll: (subscription) => followAll(reading, batches, subscription),
    eventAt: (stream, revision) => async () =>
      tried(() => {
        if (!isVisible(view(stream, durable()), revision)) return undefined;
        const [event] = statements.stream('forwards', stream, revision, revision, 1).events;
        return event && readEvent(event);
      }),
    end: () => async () => tried(durable),
  };
};
