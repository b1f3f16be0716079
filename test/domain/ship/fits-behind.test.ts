import test from 'ava';
import { seal } from '../../../domain/chain.ts';
import { readPlain } from '../../../domain/envelope.ts';
import { fitsBehind } from '../../../domain/ship/fits-behind.ts';
import { sha256 } from '../../contract/event-store/support.ts';

const stream = 'cluster-evio';
const metadata = {
  schema: 1,
  time: '2026-11-21T12:00:00.000Z',
  actor: 'allocator',
  incarnation: 'log',
  $causationId: 'command',
  $correlationId: 'run',
};
const sealed = seal(sha256, stream, undefined, [
  { id: 'a', type: 'A', payload: '{"n":1}', metadata },
  { id: 'b', type: 'B', payload: '{"n":2}', metadata },
]).map((event, revision) => ({ ...event, stream, revision, position: revision, recordedAt: '' }));
/** As whoever asks has read it; of one that cannot be read, what it was before. */
const fits = (end: Parameters<typeof fitsBehind>[1], event: (typeof sealed)[0]): boolean =>
  fitsBehind(
    sha256,
    end,
    event,
    readPlain(event.metadata) ?? { ...metadata, payloadHash: sha256(event.payload) },
  );

const [first, second] = sealed as [(typeof sealed)[0], (typeof sealed)[0]];

test('an event fits behind the one that it was made behind, and nowhere else', (t) => {
  t.true(fits(undefined, first));
  t.true(fits(first, second));
  t.false(fits(undefined, second));
  t.false(fits({ ...first, hash: 'f'.repeat(64) }, second));
  t.false(fits({ ...first, revision: 7 }, second));
});

test('an event whose type, payload or envelope is another than was hashed does not fit', (t) => {
  t.false(fits(first, { ...second, type: 'C' }));
  t.false(fits(first, { ...second, payload: '{"n":3}' }));
  t.false(fits(first, { ...second, metadata: second.metadata.replace('allocator', 'operator') }));
  t.false(fits(first, { ...second, metadata: '{}' }));
});
