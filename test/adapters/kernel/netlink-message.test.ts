import test from 'ava';
import {
  attribute,
  decodeAttributes,
  decodeMessages,
  encodeMessage,
  nestedAttribute,
  textAttribute,
  textIn,
  u32Attribute,
  u32Of,
} from '../../../adapters/kernel/netlink-message.ts';

test('messages are aligned to four bytes and come back as they went', (t) => {
  const messages = [
    { type: 16, flags: 5, sequence: 7, body: Buffer.from([1, 2, 3]) },
    { type: 17, flags: 1, sequence: 8, body: Buffer.alloc(0) },
  ];
  const datagram = Buffer.concat(messages.map(encodeMessage));
  t.is(datagram.length, 20 + 16);
  t.deepEqual(decodeMessages(datagram), messages);
});

test('attributes come back by type, nested ones too', (t) => {
  const bytes = Buffer.concat([
    textAttribute(3, 'eth0'),
    u32Attribute(4, 1400),
    nestedAttribute(18, textAttribute(1, 'veth'), attribute(2, Buffer.from([9]))),
  ]);
  const attributes = decodeAttributes(bytes);
  t.is(textIn(attributes.get(3) ?? Buffer.alloc(0)), 'eth0');
  t.is(u32Of(attributes, 4), 1400);
  const inner = decodeAttributes(attributes.get(18) ?? Buffer.alloc(0));
  t.is(textIn(inner.get(1) ?? Buffer.alloc(0)), 'veth');
  t.deepEqual(inner.get(2), Buffer.from([9]));
  t.is(u32Of(attributes, 99), undefined);
});

test('a length that lies ends the reading instead of running past the end', (t) => {
  const message = encodeMessage({ type: 16, flags: 0, sequence: 1, body: u32Attribute(4, 1) });
  t.deepEqual(decodeMessages(message.subarray(0, -1)), []);
  t.is(decodeAttributes(Buffer.from([200, 0, 3, 0])).size, 0);
  t.is(decodeAttributes(Buffer.from([0, 0, 3, 0])).size, 0);
});
