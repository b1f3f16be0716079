import { either as E } from 'fp-ts';
import { decideAppend } from '../../domain/esdb/decide-append.ts';
import { decideSoftDeletion, decideTombstone } from '../../domain/esdb/decide-deletion.ts';
import { readEvent } from '../../domain/esdb/read-event.ts';
import { answerTo, type Decided, type Standing } from '../../domain/esdb/standing.ts';
import { isVisible, type Seen, viewOf } from '../../domain/esdb/view.ts';
import type {
  AllPage,
  AllRead,
  ClientAppended,
  ClientAppendFailure,
  ClientLog,
} from '../../domain/port/client-log.ts';
import type { Clock } from '../../domain/port/clock.ts';
import type { Sha256 } from '../../domain/port/digest.ts';
import type {
  Append,
  Appended,
  LogIdentity,
  RecordedEvent,
  Unavailable,
} from '../../domain/port/event-store.ts';
import { between, pagesOf } from './client-pages.ts';
import type { Growing } from './follow.ts';
import { followPages } from './follow-pages.ts';

type ClientsParts = {
  readonly identity: LogIdentity;
  readonly clock: Clock;
  readonly sha256: Sha256;
  readonly growing: Growing;
  readonly present: (stream: string) => ReadonlyArray<RecordedEvent>;
  readonly hasId: (id: string) => boolean;
  readonly stamp: () => string;
  readonly write: (append: Pick<Append, 'stream' | 'events'>, recordedAt: string) => Appended;
};

const gone: Unavailable = { type: 'unavailable', reason: 'the log is closed' };

/** The log as clients of EventStoreDB see it. */
export const clientsOf = (parts: ClientsParts): ClientLog => {
  const { identity, clock, sha256, growing, present, hasId, stamp, write } = parts;
  const { log } = growing;
  const seen: Seen = {
    end: (stream) => present(stream).at(-1),
    lastPayload: (stream) => present(stream).at(-1)?.payload,
    recordedAt: (stream, revision) => present(stream)[revision]?.recordedAt,
  };
  const view = (stream: string) => viewOf(seen, clock.now(), stream);
  const open = <A>(make: () => A): E.Either<Unavailable, A> =>
    growing.closed() ? E.left(gone) : E.right(make());

  const decided =
    (decide: (standing: Standing) => Decided) =>
    async (): Promise<E.Either<ClientAppendFailure, ClientAppended>> => {
      if (growing.closed()) return E.left(gone);
      // One for the envelope and the store: a reader recomputes the one from the other.
      const recordedAt = stamp();
      const decision = decide({
        ...seen,
        logId: identity.logId,
        sha256,
        recordedAt,
        at: (stream, revision) => present(stream)[revision],
        recent: (stream, id) => present(stream).findLast((event) => readEvent(event).id === id),
        hasId,
      });
      if (E.isLeft(decision)) return decision;
      if (decision.right.type === 'already-there') return E.right(decision.right.appended);
      const appended = write(decision.right.first, recordedAt);
      for (const append of decision.right.others) write(append, recordedAt);
      return E.right(answerTo(decision.right.first, appended));
    };

  const readAll: ClientLog['readAll'] = async function* ({ direction, from, ...wanted }) {
    if (growing.closed()) throw Object.assign(new Error(gone.reason), gone);
    const last = log.length - 1;
    const [low, high] =
      direction === 'forwards'
        ? [from === 'end' ? last + 1 : from, last]
        : [0, from === 'end' ? last : Math.min(last, from - 1)];
    yield* pagesOf(between(log, direction, low, high), wanted);
  };

  const readStream = async function* (
    events: ReadonlyArray<RecordedEvent>,
    wanted: Pick<AllRead, 'limit' | 'most'>,
  ): AsyncGenerator<AllPage, void> {
    yield* pagesOf(events, wanted);
  };

  return {
    identity,
    append: (append) => decided((standing) => decideAppend(standing, append)),
    delete: (deletion) => decided((standing) => decideSoftDeletion(standing, deletion)),
    tombstone: (deletion) => decided((standing) => decideTombstone(standing, deletion)),
    readStream:
      ({ stream, direction, from, ...wanted }) =>
      async () => {
        if (growing.closed()) return E.left(gone);
        const viewed = view(stream);
        if (viewed.type !== 'visible') return E.left(viewed);
        const { first, last } = viewed;
        const begin = from === 'end' ? last : from;
        const [low, high] =
          direction === 'forwards' ? [Math.max(first, begin), last] : [first, Math.min(last, begin)];
        return E.right(readStream(between(present(stream), direction, low, high), wanted));
      },
    readAll,
    subscribeStream: (subscription) => followPages(growing, present, view, subscription),
    subscribeAll: (subscription) =>
      followPages(
        growing,
        () => log,
        () => undefined,
        subscription,
      ),
    eventAt: (stream, revision) => async () =>
      open(() => {
        const event = present(stream)[revision];
        return event !== undefined && isVisible(view(stream), revision) ? readEvent(event) : undefined;
      }),
    end: () => async () => open(() => log.length - 1),
  };
};
