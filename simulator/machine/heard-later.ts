import type { EventStore } from '../../domain/port/event-store.ts';
import type { Loop, Owner } from '../loop.ts';

/** The real store, whose answers and events take their time to be heard. */
export const heardLater = <Store extends EventStore>(store: Store, loop: Loop, owner: Owner): Store => ({
  ...store,
  append: (append) => async () => {
    const answer = await store.append(append)();
    return loop.look(owner, 'append: answered', () => answer);
  },
  subscribe: async function* (subscription) {
    for await (const page of store.subscribe(subscription)) {
      const more = page.length > 1 ? ` and ${page.length - 1} more` : '';
      await loop.look(owner, `${page[0]?.type}${more} delivered`, () => undefined);
      if (subscription.signal.aborted) return;
      yield page;
    }
  },
});
