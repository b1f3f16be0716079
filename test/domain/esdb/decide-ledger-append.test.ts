import test from 'ava';
import { canonicalJson, type Json } from '../../../domain/canonical-json.ts';
import { seal } from '../../../domain/chain.ts';
import { wireMetadata } from '../../../domain/esdb/ledger-event.ts';
import { readEvent } from '../../../domain/esdb/read-event.ts';
import { rowIds } from '../../../domain/esdb/row-id.ts';
import type { ClientEvent } from '../../../domain/port/client-log.ts';
import type { EventToAppend } from '../../../domain/port/event-store.ts';
import { append, given, idOf, refusal, sha256, standingOn, when } from './scene.ts';

const stream = 'host-edge:n1:0f7fa3a2-6a3d-4c0f-9a51-6d1f6f1d2c3b';

/** What a node's own log has from this revision on, and what the node sends of it. */
const chained = (
  head: { readonly revision: number; readonly hash: string } | undefined,
  ...numbers: ReadonlyArray<number>
): ReadonlyArray<EventToAppend> =>
  seal(
    sha256,
    stream,
    head,
    numbers.map((number) => ({
      id: idOf(number),
      type: 'PodWired',
      payload: `{"containerId":"pod-${number}","ifname":"eth0","network":"pods"}`,
      metadata: {
        schema: 1,
        time: '2026-11-21T12:00:00.000Z',
        actor: 'says ,"incarnation": himself',
        incarnation: '0f7fa3a2-6a3d-4c0f-9a51-6d1f6f1d2c3b',
        $causationId: 'c',
        $correlationId: 'r',
      },
    })),
  );

const onWire = ({ id, type, payload, metadata, hash }: EventToAppend): ClientEvent => ({
  id,
  type,
  contentType: 'application/json',
  data: Buffer.from(payload),
  metadata: Buffer.from(wireMetadata(metadata, hash)),
});

const events = chained(undefined, 1, 2);
const sent = events.map(onWire);
const [first, second] = sent as [ClientEvent, ClientEvent];
const there = given(append(stream, 'no-stream', ...sent));

test('a ledger event lands as its writer completed it, and reads as it was sent', (t) => {
  t.deepEqual(
    there.map(({ stream: _, revision: __, position: ___, recordedAt: ____, ...event }) => event),
    [...events],
  );
  t.deepEqual(
    there.map(readEvent).map(({ data, metadata }) => [data, metadata]),
    events.map(({ payload, metadata, hash }) => [payload, wireMetadata(metadata, hash)]),
  );
});

test('its metadata on the wire is the envelope and the hash, canonically, whatever the envelope says', (t) => {
  for (const { metadata, hash } of events)
    t.is(
      wireMetadata(metadata, hash),
      canonicalJson({ ...(JSON.parse(metadata) as Record<string, Json>), hash }),
    );
  t.is(wireMetadata('{"schema":1}', 'ab'), '{"hash":"ab","schema":1}');
});

test('a repeat is answered with its place; the same ids with other hashes are a fork', (t) => {
  t.deepEqual(when(there, append(stream, 'no-stream', ...sent)), { there: { revision: 1, position: 1 } });
  t.deepEqual(when(there, append(stream, 'no-stream', first)), { there: { revision: 0, position: 0 } });
  const [other] = chained({ revision: 0, hash: 'f'.repeat(64) }, 2).map(onWire) as [ClientEvent];
  t.regex(
    String(refusal(there, append(stream, 0, other))),
    /from revision 1 on .* other hashes: two writers/,
  );
});

test('the expected revision is named, and is the stream’s last', (t) => {
  for (const expected of ['any', 'stream-exists'] as const)
    t.regex(String(refusal([], append(stream, expected, first))), /is a ledger stream, so name the revision/);
  const [, , third] = chained(undefined, 1, 2, 3).map(onWire) as [ClientEvent, ClientEvent, ClientEvent];
  const conflict = { type: 'conflict', stream, expected: 0, actual: 1 };
  t.deepEqual(refusal(there, append(stream, 0, third)), conflict);
  t.deepEqual(when(there, append(stream, 1, third)), {
    adds: [`${stream}@2 PodWired {"containerId":"pod-3","ifname":"eth0","network":"pods"}`],
  });
  t.deepEqual(when(there, append(stream, 1)), { there: { revision: 1, position: 1 } });
});

const altered = (changes: Partial<ClientEvent>): unknown =>
  refusal([], append(stream, 'no-stream', { ...first, ...changes }));

const envelope = JSON.parse(Buffer.from(first.metadata as Uint8Array).toString());

test('what is not as its writer completed it is refused, in words', (t) => {
  const cases: ReadonlyArray<readonly [Partial<ClientEvent>, RegExp]> = [
    [
      { contentType: 'application/octet-stream' },
      /content type is application\/octet-stream: send application\/json/,
    ],
    [{ data: Buffer.from('{"ifname":"eth0","containerId":"pod-1"}') }, /not a canonical JSON object/],
    [{ data: Buffer.from('[]') }, /not a canonical JSON object/],
    [{ data: Buffer.from([0xff]) }, /not a canonical JSON object/],
    [{ data: '{"containerId":"pod-7","ifname":"eth0"}' }, /its data has the SHA-256 .*payloadHash/],
    [{ metadata: '' }, /not the event’s envelope and hash/],
    [{ metadata: canonicalJson({ ...envelope, hash: undefined }) }, /not the event’s envelope and hash/],
    [{ metadata: canonicalJson({ ...envelope, hash: 'AB' }) }, /not the event’s envelope and hash/],
    [{ metadata: canonicalJson({ ...envelope, more: 1 }) }, /not the event’s envelope and hash/],
    [{ metadata: ` ${canonicalJson(envelope)}` }, /not the event’s envelope and hash/],
    [
      { metadata: canonicalJson({ ...envelope, actor: 'mallory' }) },
      /as revision 0 behind the hash 0+ its hash is/,
    ],
    [{ type: 'PodDeleted' }, /as revision 0 behind the hash 0+ its hash is/],
    [{ id: idOf(7) }, /as revision 0 behind the hash 0+ its hash is/],
  ];
  for (const [changes, words] of cases) t.regex(String(altered(changes)), words);
  t.regex(String(refusal([], append(stream, 'no-stream', second))), /as revision 0 behind the hash/);
});

test('an id is given once in the log', (t) => {
  const standing = standingOn(there);
  const [again] = chained(standing.end(stream), 1).map(onWire) as [ClientEvent];
  t.regex(String(refusal(there, append(stream, 1, again))), /an event of this id is in the log already/);
  const twice = chained(undefined, 1, 1).map(onWire);
  t.regex(
    String(refusal([], append(stream, 'no-stream', ...twice))),
    /an event of this id is in the log already/,
  );
});

test('ids of the log’s own kind are not given by others', (t) => {
  const id = rowIds(sha256, 'orders')(0);
  const [open] = events as [EventToAppend];
  const { payload, type } = open;
  const metadata = JSON.parse(open.metadata);
  const [sealed] = seal(sha256, stream, undefined, [{ id, type, payload, metadata }]) as [EventToAppend];
  t.regex(
    String(refusal([], append(stream, 'no-stream', onWire(sealed)))),
    /ids of version 8 are made by the log/,
  );
});

const alone = (type: string, payload: string, schema = 1): unknown => {
  const metadata = { schema, time: '2026-11-21T12:00:00.000Z', actor: 'agent', incarnation: idOf(9) };
  const causes = { $causationId: 'c', $correlationId: 'r' };
  const [event] = seal(sha256, stream, undefined, [
    { id: idOf(1), type, payload, metadata: { ...metadata, ...causes } },
  ]).map(onWire) as [ClientEvent];
  return refusal([], append(stream, 'no-stream', event));
};

test('a payload that is not its type’s is refused; of what a newer program writes nobody here can say', (t) => {
  t.regex(
    String(alone('JoinRequested', '{"nonsense":true}')),
    /\(JoinRequested\): its data is not that of a JoinRequested of version 1: .*publicKey/,
  );
  for (const accepted of [alone('JoinRequested', '{"nonsense":true}', 2), alone('PodMoved', '{}')])
    t.like(accepted, { type: 'to-append' });
});
