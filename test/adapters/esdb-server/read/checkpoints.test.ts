import test from 'ava';
import { withCheckpoints } from '../../../../adapters/esdb-server/read/checkpoints.ts';
import type { ClientEventRead } from '../../../../domain/port/client-log.ts';

const at = (position: number) => ({ position }) as ClientEventRead;

test('a checkpoint follows the first event that is an interval behind the one before', (t) => {
  const { told, since } = withCheckpoints(10, -1, {
    events: [at(3), at(9), at(12), at(19)],
    lookedAt: 20,
  });
  t.deepEqual(
    told.map((one) => ('event' in one ? one.event.position : `checkpoint ${one.checkpoint}`)),
    [3, 9, 'checkpoint 9', 12, 19, 'checkpoint 19'],
  );
  t.is(since, 19);
});

test('a page without events ends with a checkpoint when it was long enough, and else counts on', (t) => {
  t.deepEqual(withCheckpoints(10, 5, { events: [], lookedAt: 14 }), { told: [], since: 5 });
  t.deepEqual(withCheckpoints(10, 5, { events: [], lookedAt: 15 }), {
    told: [{ checkpoint: 15 }],
    since: 15,
  });
});
