import { join } from 'node:path';
import test from 'ava';
import { must } from '../../support/must.ts';
import { openAt, scratchFolder } from './scratch.ts';

test('who waits at the end of a log is given the page that others are given', async (t) => {
  const store = openAt(join(scratchFolder(t), 'ledger.db'));
  t.teardown(store.close);
  const { signal } = new AbortController();
  const followers = Array.from({ length: 2 }, () =>
    store.clients.subscribeStream({ stream: 'a', from: 0, signal })[Symbol.asyncIterator](),
  );
  // Each is told that there is nothing yet.
  for (const follower of followers) await follower.next();
  const pages = followers.map((follower) => follower.next());
  const event = { id: '8c0ffee0-90cf-4b3e-8f9d-0f0a0b0c0d0e', type: 'X', contentType: 'application/json' };
  must(
    await store.clients.append({
      stream: 'a',
      expected: 'any',
      events: [{ ...event, data: '{}', metadata: '' }],
    })(),
  );
  const [first, second] = await Promise.all(pages);
  t.is(first?.value.events.length, 1);
  t.is(second?.value.events, first?.value.events);
});
