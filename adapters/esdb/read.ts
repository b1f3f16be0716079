import type { ClientEventRead } from '../../domain/port/client-log.ts';
import type { RecordedEvent } from '../../domain/port/event-store.ts';
import { type Calling, closed, resuming } from './calling.ts';
import { ledgerEvent, ledgerEvents } from './ledger-event.ts';
import { messages, ownMessages } from './messages.ts';
import { allRequest, endRequest, headRequest, streamRequest } from './read-request.ts';

/** The first event that a request brings. */
const firstOf = async (
  calling: Calling,
  request: Parameters<typeof messages>[1],
): Promise<ClientEventRead | undefined> => {
  const { connection, closing } = calling;
  for await (const some of messages(connection, request, closing)) {
    const event = some.find((answer) => answer.event !== undefined)?.event;
    if (event !== undefined) return event;
  }
  if (closing.aborted) throw closed(calling);
  return undefined;
};

/** A stream's last event; throws what the call ends with. */
export const lastOf = (calling: Calling, stream: string): Promise<ClientEventRead | undefined> =>
  firstOf(calling, headRequest(stream));

/** The first event from a revision on; throws what the call ends with. */
export const eventFrom = (
  calling: Calling,
  stream: string,
  revision: number,
): Promise<ClientEventRead | undefined> => firstOf(calling, streamRequest(stream, revision, 1));

/** The last event of all; throws what the call ends with. */
export const lastOfAll = (calling: Calling): Promise<ClientEventRead | undefined> =>
  firstOf(calling, endRequest());

/** A reading that the store's closing cut off is never taken for all. */
const whole = async function* <A>(
  calling: Calling,
  pages: AsyncIterable<ReadonlyArray<A>>,
): AsyncGenerator<A, void> {
  const { closing } = calling;
  for await (const page of pages) {
    for (const one of page) {
      yield one;
      if (closing.aborted) throw closed(calling);
    }
  }
  if (closing.aborted) throw closed(calling);
};

/** The ledger events that a stream has when the reading begins, from a revision on. Throws as the port's readers do. */
export const readStream = (
  calling: Calling,
  stream: string,
  from: number,
): AsyncGenerator<RecordedEvent, void> => {
  const { closing } = calling;
  let next = Math.max(from, 0);
  let last: number | undefined;
  const open = async function* (): AsyncGenerator<ReadonlyArray<RecordedEvent>, void> {
    last ??= (await lastOf(calling, stream))?.revision ?? -1;
    if (next > last) return calling.sameLog?.();
    const request = streamRequest(stream, next, last - next + 1);
    for await (const some of ownMessages(calling, request, closing)) {
      yield* ledgerEvents(calling, some, (event) => {
        next = event.revision + 1;
        return true;
      });
    }
  };
  return whole(calling, resuming(calling, calling.patience, closing, open));
};

/** All events that the log has when the reading begins, from a position on, as they are on the wire. Throws as the port's readers do. */
export const readWire = (calling: Calling, from: number): AsyncGenerator<ClientEventRead, void> => {
  const { closing } = calling;
  let next = Math.max(from, 0);
  let last: number | undefined;
  const open = async function* (): AsyncGenerator<ReadonlyArray<ClientEventRead>, void> {
    last ??= (await lastOfAll(calling))?.position ?? -1;
    if (next > last) return calling.sameLog?.();
    // What an EventStoreDB is asked for must be a place of an event: the one before is.
    const request = allRequest(next === 0 ? 'start' : next - 1);
    for await (const some of ownMessages(calling, request, closing)) {
      const page: ClientEventRead[] = [];
      for (const { event } of some) {
        if (event === undefined || event.position < next || event.position > last) continue;
        next = event.position + 1;
        page.push(event);
      }
      if (page.length > 0) yield page;
      if (some.some(({ event }) => event !== undefined && event.position >= (last ?? 0))) return;
    }
  };
  return whole(calling, resuming(calling, calling.patience, closing, open));
};

/** The ledger events of all streams; else as `readWire`. */
export const readAll = async function* (calling: Calling, from: number): AsyncGenerator<RecordedEvent, void> {
  for await (const event of readWire(calling, from)) {
    const recorded = ledgerEvent(calling, event);
    if (recorded !== undefined) yield recorded;
  }
};
