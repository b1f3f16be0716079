import test from 'ava';
import fc from 'fast-check';
import { either as E } from 'fp-ts';
import { canonicalJson } from '../../domain/canonical-json.ts';
import { decodeMetadata, encodeMetadata, Metadata } from '../../domain/envelope.ts';

const text = fc.oneof(
  { weight: 9, arbitrary: fc.stringMatching(/^[a-z0-9:.-]{0,40}$/) },
  { weight: 1, arbitrary: fc.string({ maxLength: 10 }) },
);

const metadata: fc.Arbitrary<Metadata> = fc.record({
  schema: fc.oneof(fc.constantFrom(1, 2, 0, -1), fc.maxSafeInteger()),
  time: text,
  actor: text,
  incarnation: text,
  $causationId: text,
  $correlationId: text,
  payloadHash: text,
});

const byCodec = (id: string, json: string) => {
  try {
    const decoded = Metadata.decode(JSON.parse(json));
    const lacks = 'its metadata lacks what every event carries';
    return E.isRight(decoded) ? decoded : E.left({ type: 'unreadable-envelope', id, reason: lacks });
  } catch {
    return E.left({ type: 'unreadable-envelope', id, reason: 'its metadata is not JSON' });
  }
};

test('an envelope is written in canonical JSON', (t) => {
  fc.assert(fc.property(metadata, (given) => t.is(encodeMetadata(given), canonicalJson(given))));
  const schema = 1.5;
  t.throws(() => encodeMetadata({ ...fc.sample(metadata, 1)[0], schema } as Metadata), {
    instanceOf: TypeError,
  });
});

test('an envelope that was written is read, and any other text as its codec reads it', (t) => {
  fc.assert(
    fc.property(metadata, fc.nat(), fc.constantFrom('"', '\\', ',', '0', ' ', '}'), (given, at, spoiled) => {
      const written = encodeMetadata(given);
      t.deepEqual(decodeMetadata({ id: 'id', metadata: written }), E.right(given));
      const place = at % written.length;
      const other = written.slice(0, place) + spoiled + written.slice(place + 1);
      t.deepEqual(decodeMetadata({ id: 'id', metadata: other }), byCodec('id', other));
    }),
    { numRuns: 1000 },
  );
});

test('−0 is no whole number of an envelope, as its codec has it', (t) => {
  const [given] = fc.sample(metadata, 1);
  const written = encodeMetadata({ ...(given as Metadata), schema: 0 });
  const spoiled = written.replace('"schema":0,', '"schema":-0,');
  t.not(spoiled, written);
  t.deepEqual(decodeMetadata({ id: 'id', metadata: spoiled }), byCodec('id', spoiled));
});
