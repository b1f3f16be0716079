import test from 'ava';
import { hello, offersOurs } from '../../../../adapters/ovs/openflow/hello.ts';

const greeting = (spoken: number, body: Buffer = Buffer.alloc(0)) => ({ spoken, type: 0, xid: 1, body });
const element = (type: number, ...words: ReadonlyArray<number>): Buffer => {
  const bytes = Buffer.alloc(4 + 4 * words.length);
  bytes.writeUInt16BE(type, 0);
  bytes.writeUInt16BE(bytes.length, 2);
  for (const [index, word] of words.entries()) bytes.writeUInt32BE(word, 4 + 4 * index);
  return bytes;
};

test('a greeting without a bitmap offers all versions up to its own', (t) => {
  t.false(offersOurs(greeting(1)));
  t.false(offersOurs(greeting(3)));
  t.true(offersOurs(greeting(4)));
  t.true(offersOurs(greeting(6)));
});

test('a bitmap says it exactly, whatever the header bears', (t) => {
  t.true(offersOurs(greeting(6, element(1, 1 << 4))));
  t.false(offersOurs(greeting(6, element(1, (1 << 6) | (1 << 1)))));
  t.true(offersOurs(greeting(4, hello())));
});

test('an element of another type is passed over, with its padding, and one cut short ends nothing but itself', (t) => {
  const other = Buffer.concat([element(2, 0, 0), Buffer.alloc(4)]);
  t.false(offersOurs(greeting(6, Buffer.concat([other, element(1, 1 << 1)]))));
  t.true(offersOurs(greeting(4, element(1))));
  t.true(offersOurs(greeting(4, Buffer.alloc(64))), 'a length of 0');
});
