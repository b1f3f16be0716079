import test from 'ava';
import fc from 'fast-check';
import { either as E } from 'fp-ts';
import { encodeMessage, type Message, makeFraming } from '../../../../adapters/ovs/openflow/message.ts';

const messages: ReadonlyArray<Message> = [
  { type: 0, xid: 0, body: Buffer.from([0, 1, 0, 8, 0, 0, 0, 16]) },
  { type: 21, xid: 1, body: Buffer.alloc(0) },
  { type: 19, xid: 0xffff_ffff, body: Buffer.alloc(60_000, 7) },
];

test('messages come out of a stream as they went in, however it is cut', (t) => {
  const stream = Buffer.concat(messages.map(encodeMessage));
  const cuts = fc.array(fc.integer({ min: 0, max: stream.length }), { maxLength: 8 });
  fc.assert(
    fc.property(cuts, (places) => {
      const framing = makeFraming();
      const ends = [...places.toSorted((a, b) => a - b), stream.length];
      const out = ends.flatMap((end, index) => {
        const framed = framing(stream.subarray(ends[index - 1] ?? 0, end));
        if (E.isLeft(framed)) throw new Error(framed.left);
        return framed.right;
      });
      t.deepEqual(
        out,
        messages.map((message) => ({ ...message, spoken: 4 })),
      );
    }),
    { numRuns: 50 },
  );
});

test('what is not OpenFlow 1.3 ends the stream', (t) => {
  const wrong = (at: number, byte: number): Buffer => {
    const bytes = encodeMessage({ type: 21, xid: 1, body: Buffer.alloc(0) });
    bytes.writeUInt8(byte, at);
    return bytes;
  };
  t.true(E.isLeft(makeFraming()(wrong(0, 0x06))), 'another version');
  t.true(E.isLeft(makeFraming()(wrong(3, 7))), 'shorter than its header');
  t.true(E.isLeft(makeFraming()(Buffer.from('HTTP/1.1 400 Bad Request'))));
});

test('a greeting may bear another version: what is spoken is agreed on by it', (t) => {
  const bytes = encodeMessage({ type: 0, xid: 1, body: Buffer.alloc(0) });
  bytes.writeUInt8(0x06, 0);
  t.deepEqual(makeFraming()(bytes), E.right([{ spoken: 6, type: 0, xid: 1, body: Buffer.alloc(0) }]));
});
