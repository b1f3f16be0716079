import type { EventStore, RecordedEvent } from '../../../domain/port/event-store.ts';
import { storeContract } from '../../contract/event-store.ts';
import { openServed } from '../../support/wire.ts';

/** A log on the wire begins with the event that says which one it is: the contract's logs begin behind it. */
const behindIdentity = (store: EventStore): EventStore => {
  const moved = <Place extends { readonly position: number }>(place: Place, by: number): Place => ({
    ...place,
    position: place.position < 0 ? place.position : place.position + by,
  });
  const shown = async function* (events: AsyncIterable<RecordedEvent>): AsyncGenerator<RecordedEvent> {
    for await (const event of events) yield moved(event, -1);
  };
  return {
    ...store,
    append: (append) => async () => {
      const answer = await store.append(append)();
      return answer._tag === 'Right' ? { ...answer, right: moved(answer.right, -1) } : answer;
    },
    head: (stream) => async () => {
      const head = await store.head(stream)();
      return head._tag === 'Right' && head.right ? { ...head, right: moved(head.right, -1) } : head;
    },
    readStream: (stream, from) => shown(store.readStream(stream, from)),
    readAll: (from = 0) => shown(store.readAll(from + 1)),
    // Not `changePages`, which would hide the empty pages that the contract forbids.
    subscribe: async function* (subscription) {
      for await (const page of store.subscribe({ ...subscription, from: subscription.from + 1 }))
        yield page.map((event) => moved(event, -1));
    },
  };
};

storeContract('esdb', async (t, clock) => behindIdentity(await openServed(t, clock)), {
  knowsEveryId: false,
  keepsAnyText: false,
  sleepsHere: false,
});
