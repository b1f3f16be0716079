import test from 'ava';
import { canonicalJson } from '../../../domain/canonical-json.ts';
import { encodeEvent } from '../../../domain/event.ts';
import { hostEvents } from '../../../domain/host/events.ts';
import { holdText } from '../../../domain/projection/held-attachments.ts';
import { incarnation, podAdded } from '../../support/events.ts';

/** Whether an event written for this generation of readers is folded from its text alone; the schema it is stored under. */
const folded = (reader: number): readonly [boolean, number] => {
  const { type, schema, payload } = encodeEvent(hostEvents)(podAdded('c1', '10.244.0.2'), reader);
  const metadata = canonicalJson({
    $causationId: 'c',
    $correlationId: 'c',
    actor: 'agent',
    incarnation,
    payloadHash: '',
    schema,
    time: '2026-03-01T08:00:00.000Z',
  });
  const place = { stream: 's', revision: 0, position: 0, recordedAt: '' };
  return [holdText(new Map(), { ...place, type, payload, metadata }), schema];
};

test('a PodAdded of version 2, which says what version 3 says, is folded from its text like one of version 3', (t) => {
  t.deepEqual(folded(3), [true, 2]);
  t.deepEqual(folded(4), [true, 3]);
  t.deepEqual(folded(1), [false, 1]);
});
