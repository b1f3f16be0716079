import test from 'ava';
import { makeWriter } from '../../../adapters/esdb-server/protobuf/writer.ts';
import { forEachField, forEachSpan } from '../../../adapters/protobuf/fields.ts';

const fieldsOf = (bytes: Buffer) => {
  const told: unknown[] = [];
  forEachField(bytes, (field, value) =>
    told.push([field, typeof value === 'number' ? value : value.toString()]),
  );
  return told;
};

test('fields are told in their order, numbers up to 2^53 and texts of any length', (t) => {
  const writer = makeWriter();
  writer.text(16, 'x'.repeat(300));
  writer.number(4, Number.MAX_SAFE_INTEGER);
  writer.empty(2);
  writer.number(1, 0);
  t.deepEqual(fieldsOf(writer.written()), [
    [1, 0],
    [2, ''],
    [4, Number.MAX_SAFE_INTEGER],
    [16, 'x'.repeat(300)],
  ]);
});

test('fields of fixed length are passed over', (t) => {
  t.deepEqual(fieldsOf(Buffer.from('0d010203041101020304050607081005', 'hex')), [[2, 5]]);
});

for (const [what, hex] of [
  ['a number that does not end', '08ff'],
  ['a number of eleven bytes', `08${'ff'.repeat(10)}01`],
  ['a text that is longer than the message', '0a0261'],
  ['a text of more bytes than there can be', '0affffffff7f'],
  ['a number of eight bytes that are not there', '0901'],
  ['a group', '0b0c'],
] as const)
  test(`refused: ${what}`, (t) => {
    t.throws(() => fieldsOf(Buffer.from(hex, 'hex')), { instanceOf: RangeError });
  });

test('a message within another ends where it ends, whatever stands behind it', (t) => {
  const told: Array<readonly number[]> = [];
  const within = (to: number, ...bytes: ReadonlyArray<number>) =>
    forEachSpan(Buffer.from(bytes), 1, to, (...field) => told.push(field));
  within(6, 0, 0x0a, 0x01, 7, 0x10, 0x05, 0x10, 0x06);
  t.deepEqual(told, [
    [1, 3, 4],
    [2, 5, -1],
  ]);
  t.throws(() => within(4, 0, 0x0a, 0x02, 7, 7), { instanceOf: RangeError, message: /within a field/ });
  t.throws(() => within(3, 0, 0x10, 0x80, 0x01), { instanceOf: RangeError, message: /within a number/ });
});
