import test from 'ava';
import fc from 'fast-check';
import { either as E } from 'fp-ts';
import * as t from 'io-ts';
import { clusterEvents } from '../../domain/cluster/events.ts';
import type { EventCodecs } from '../../domain/event.ts';
import { decodeEvent, encodeEvent } from '../../domain/event.ts';
import type { Choice } from '../../domain/host/choice.ts';
import { type HostEvent, hostEvents } from '../../domain/host/events.ts';
import { firstReader, newestReader } from '../../domain/reader.ts';
import { downcast, earlierVersion, upcast } from '../../domain/upcast.ts';
import { incarnation, ip, podAdded } from '../support/events.ts';

/** A counter that was a text, then a number, then a number under another name. */
const chain = [
  earlierVersion(
    t.type({ count: t.string }),
    ({ count, ...rest }) => ({ ...rest, count: Number(count) }),
    ({ count, ...rest }) => ({ ...rest, count: String(count) }),
    3,
  ),
  earlierVersion(
    t.type({ count: t.number }),
    ({ count, ...rest }) => ({ ...rest, total: count }),
    ({ total, ...rest }) => (total < 0 ? undefined : { ...rest, count: total }),
    5,
  ),
];

test('a payload goes up through every version between, from where it was written', (t) => {
  t.deepEqual(upcast(chain, 1, { count: '7', of: 'x' }), E.right({ total: 7, of: 'x' }));
  t.deepEqual(upcast(chain, 2, { count: 7, of: 'x' }), E.right({ total: 7, of: 'x' }));
  t.deepEqual(upcast(chain, 3, { total: 7, of: 'x' }), E.right({ total: 7, of: 'x' }));
});

test('what a version never wrote is refused, also on the way', (t) => {
  t.true(E.isLeft(upcast(chain, 1, { count: 7 })));
  t.true(E.isLeft(upcast(chain, 1, undefined)));
  t.true(E.isLeft(upcast(chain, 2, { count: '7' })));
});

test('a payload goes down to the newest version that the reader reads', (t) => {
  const payload = { total: 7, of: 'x' };
  t.deepEqual(downcast(chain, 1, payload), { version: 1, payload: { count: '7', of: 'x' } });
  t.deepEqual(downcast(chain, 3, payload), { version: 2, payload: { count: 7, of: 'x' } });
  t.deepEqual(downcast(chain, 4, payload), { version: 2, payload: { count: 7, of: 'x' } });
  t.deepEqual(downcast(chain, 5, payload), { version: 3, payload });
  t.is(downcast(chain, 1, { total: -1, of: 'x' }), undefined);
});

test('every version is one up from the last, and the newest reader reads all of them', (t) => {
  const codecs: EventCodecs = { ...hostEvents, ...clusterEvents };
  for (const [type, { version, earlier = [] }] of Object.entries(codecs)) {
    t.is(earlier.length, version - 1, type);
    const readers = earlier.map(({ nextReader }) => nextReader);
    t.deepEqual(
      readers,
      [...new Set(readers)].sort((a, b) => a - b),
      type,
    );
    t.true(
      readers.every((reader) => reader > firstReader && reader <= newestReader),
      type,
    );
  }
});

const choice: fc.Arbitrary<Choice> = fc.constantFrom<Choice>(
  { by: 'policy', policy: 'next-free/1' },
  { by: 'requested' },
  { by: 'imported', from: 'host-local' },
  { by: 'imported', from: 'etcd' },
  { by: 'imported', from: 'adoption' },
  { by: 'delegated', plugin: 'host-local' },
);

/** The first generation of programs that reads a choice. */
const readerOf = (choice: Choice): number =>
  choice.by === 'imported' && choice.from === 'adoption'
    ? 4
    : { policy: 1, requested: 1, imported: 2, delegated: 4 }[choice.by];

test('an event written for any reader is read as it was meant', (t) => {
  const allocations = fc.array(fc.record({ address: fc.ipV4().map(ip), choice }), { maxLength: 3 });
  fc.assert(
    fc.property(allocations, fc.constantFrom(firstReader, 2, 3, newestReader), (addresses, reader) => {
      const event: HostEvent = podAdded('c1', '10.244.0.2', { addresses });
      fc.pre(addresses.every((allocation) => readerOf(allocation.choice) <= reader));
      const { type, schema, payload } = encodeEvent(hostEvents)(event, reader);
      t.is(schema, reader < 3 ? reader : Math.min(reader - 1, 3));
      const metadata = {
        schema,
        time: '2026-03-01T08:00:00.000Z',
        actor: 'agent',
        incarnation,
        $causationId: 'c',
        $correlationId: 'c',
        payloadHash: '',
      };
      const place = { stream: 's', revision: 0, position: 0, recordedAt: '', hash: '', id: 'i' };
      const decoded = decodeEvent(hostEvents)({
        ...place,
        type,
        payload,
        metadata: JSON.stringify(metadata),
      });
      t.deepEqual(E.isRight(decoded) ? decoded.right.event : decoded.left, event);
    }),
  );
});

test('a payload of one version under the number of another is refused', (t) => {
  const place = { stream: 's', revision: 0, position: 0, recordedAt: '', hash: '', id: 'i' };
  const envelope = (schema: number) =>
    `{"$causationId":"c","$correlationId":"c","actor":"a","incarnation":"i","payloadHash":"","schema":${schema},"time":""}`;
  for (const [reader, schema, choice] of [
    [1, 2, { by: 'requested' }],
    [2, 1, { by: 'requested' }],
    [4, 2, { by: 'delegated', plugin: 'host-local' }],
  ] as const) {
    const addresses = [{ address: ip('10.244.0.2'), choice }];
    const { type, payload } = encodeEvent(hostEvents)(podAdded('c1', '10.244.0.2', { addresses }), reader);
    const decoded = decodeEvent(hostEvents)({ ...place, type, payload, metadata: envelope(schema) });
    t.is(E.isLeft(decoded) ? decoded.left.type : 'read', 'unreadable-payload', `version ${schema}`);
  }
});
