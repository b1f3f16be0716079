import { either as E, taskEither as TE } from 'fp-ts';
import { readLedgerEvent } from '../../domain/esdb/ledger-event.ts';
import { readEvent } from '../../domain/esdb/read-event.ts';
import type {
  AllPage,
  ClientAppendFailure,
  ClientEvent,
  ClientLog,
  StreamReadRefused,
} from '../../domain/port/client-log.ts';
import type { Sha256 } from '../../domain/port/digest.ts';
import type { AppendFailure, EventStore, RecordedEvent, StreamHead } from '../../domain/port/event-store.ts';

const pageEvents = 500;

/** Any event store as a log for clients that write ledger streams only, forwards and unfiltered. */
export const ledgerOnlyLog = (store: EventStore, sha256: Sha256): ClientLog => {
  const refused = (stream: string, reason: string) =>
    TE.left({ type: 'event-refused', stream, reason } as const);
  async function* paged(events: AsyncIterable<RecordedEvent>): AsyncGenerator<AllPage> {
    let page: ReturnType<typeof readEvent>[] = [];
    for await (const event of events) {
      page.push(readEvent(event));
      if (page.length < pageEvents) continue;
      yield { events: page, caughtUp: false, lookedAt: event.position, looked: page.length };
      page = [];
    }
    yield { events: page, caughtUp: true, lookedAt: page.at(-1)?.position, looked: page.length };
  }
  async function* first(limit: number, events: AsyncIterable<RecordedEvent>): AsyncGenerator<RecordedEvent> {
    let left = limit;
    for await (const event of events) {
      yield event;
      left -= 1;
      if (left === 0) return;
    }
  }
  async function* behind(
    from: number | 'end',
    events: AsyncIterable<RecordedEvent>,
  ): AsyncGenerator<RecordedEvent> {
    for await (const event of events) if (from !== 'end' && event.revision >= from) yield event;
  }
  async function* live(events: AsyncIterable<RecordedEvent>): AsyncGenerator<AllPage> {
    for await (const event of events)
      yield { events: [readEvent(event)], caughtUp: true, lookedAt: event.position, looked: 1 };
  }
  return {
    identity: store.identity,
    append: ({ stream, expected, events }) => {
      if (expected === 'any' || expected === 'stream-exists') return refused(stream, 'give a revision');
      const ledger = E.traverseArray((event: ClientEvent) => readLedgerEvent(sha256, event))(events);
      if (E.isLeft(ledger)) return refused(stream, ledger.left);
      return TE.mapLeft(
        (failure: AppendFailure): ClientAppendFailure =>
          failure.type === 'duplicate-event-id'
            ? { type: 'event-refused', stream, reason: `the id ${failure.id} is there` }
            : failure,
      )(store.append({ stream, expectedRevision: expected, events: ledger.right }));
    },
    delete: ({ stream }) => refused(stream, 'ledger streams only'),
    tombstone: ({ stream }) => refused(stream, 'ledger streams only'),
    readStream: ({ stream, from, limit }) =>
      TE.flatMap((head: StreamHead | undefined) =>
        head === undefined
          ? TE.left<StreamReadRefused, AsyncIterable<AllPage>>({ type: 'stream-not-found', stream })
          : TE.right(paged(first(limit, store.readStream(stream, from === 'end' ? head.revision : from)))),
      )(store.head(stream)),
    readAll: ({ from, limit }) =>
      paged(first(limit, store.readAll(from === 'end' ? Number.MAX_SAFE_INTEGER : from))),
    subscribeStream: ({ stream, from, signal }) =>
      live(behind(from, store.subscribe({ stream, from: 0, signal }))),
    subscribeAll: ({ from, signal }) => live(store.subscribe({ from: from === 'end' ? 0 : from, signal })),
    eventAt: () => TE.right(undefined),
    end: () => TE.right(-1),
  };
};
