import test from 'ava';
import { framesOf, partBytes } from '../../../../adapters/esdb-server/read/frames.ts';

const event = (position: number, bytes: number) => ({
  id: '8c0ffee0-90cf-4b3e-8f9d-0f0a0b0c0d0e',
  type: 'X',
  contentType: 'application/octet-stream',
  data: 'x'.repeat(bytes),
  metadata: '',
  stream: 'a',
  revision: position,
  position,
  recordedAt: '2026-11-21T00:00:00.000Z',
});

test('a page is written once for all who are sent it, and an event once for pages that share it', (t) => {
  const shared = event(1, 2 * partBytes);
  const page = [event(0, 1), shared];
  const parts = framesOf(page);
  t.is(framesOf(page), parts);
  const reads = { count: 0 };
  const watched = new Proxy(event(2, 10), {
    get: (of, key, self) => {
      reads.count += 1;
      return Reflect.get(of, key, self);
    },
  });
  framesOf([watched]);
  const once = reads.count;
  framesOf([watched, shared]);
  t.is(reads.count, once);
});

test('a page is cut behind the event that fills a part', (t) => {
  const page = [event(0, partBytes), event(1, 1), event(2, 1)];
  t.is(framesOf(page).length, 2);
  t.true((framesOf(page)[0]?.length ?? 0) > partBytes);
  t.deepEqual(framesOf([]), []);
});
