import test from 'ava';
import fc from 'fast-check';
import { either as E } from 'fp-ts';
import { makeDeframer } from '../../../../adapters/esdb-server/grpc/deframe.ts';
import { must } from '../../../support/must.ts';
import { framed } from '../raw-call.ts';

test('messages come out as they went in, however the body is cut', (t) => {
  const body = fc.array(fc.uint8Array({ maxLength: 40 }), { maxLength: 8 });
  const cuts = fc.array(fc.nat(12), { minLength: 1, maxLength: 20 });
  fc.assert(
    fc.property(body, cuts, (messages, sizes) => {
      const all = Buffer.concat(messages.map((message) => framed(message)));
      const deframe = makeDeframer(40);
      const found: Buffer[] = [];
      for (let at = 0, turn = 0; at < all.length; turn += 1) {
        const size = 1 + (sizes[turn % sizes.length] ?? 0);
        found.push(...must(deframe(all.subarray(at, at + size))));
        at += size;
      }
      t.deepEqual(
        found.map((message) => [...message]),
        messages.map((message) => [...message]),
      );
    }),
  );
});

test('a message over the limit is refused by its length alone, before it has come', (t) => {
  const deframe = makeDeframer(1000);
  const answer = deframe(framed(Buffer.alloc(1001)).subarray(0, 5));
  t.like(answer, { _tag: 'Left', left: { code: 8 } });
  t.true(E.isLeft(answer) && answer.left.message.includes('1000 are the most'));
});

test('a compressed message is refused: none was offered', (t) => {
  t.like(makeDeframer(1000)(framed(Buffer.from('x'), 1)), { _tag: 'Left', left: { code: 12 } });
});

test('a long message in many chunks is put together once', (t) => {
  const message = Buffer.alloc(8 << 20, 7);
  const deframe = makeDeframer(message.length);
  const all = framed(message);
  const copied = Buffer.concat;
  let joins = 0;
  Buffer.concat = (...args) => {
    joins += 1;
    return copied(...args);
  };
  t.teardown(() => {
    Buffer.concat = copied;
  });
  let found: ReadonlyArray<Buffer> = [];
  for (let at = 0; at < all.length; at += 16384) found = must(deframe(all.subarray(at, at + 16384)));
  t.is(found.length, 1);
  t.true(found[0]?.equals(message));
  t.is(joins, 1);
});
