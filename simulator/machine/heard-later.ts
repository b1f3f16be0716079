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
      await loop.look(owner, `${page.map(({ type }) => type).join(', ')} delivered`, () => undefined);
      yield page;
    }
  },
});
