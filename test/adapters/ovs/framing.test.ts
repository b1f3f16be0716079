import test from 'ava';
import fc from 'fast-check';
import { either as E } from 'fp-ts';
import { makeFraming } from '../../../adapters/ovs/framing.ts';

const trouble = fc.string({
  unit: fc.constantFrom('{', '}', '[', ']', '"', '\\', '\n', 'é', '漢', '😀', 'a', ' '),
});
const { message } = fc.letrec<{ value: unknown; message: object }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3, depthSize: 'small' },
    trouble,
    fc.integer(),
    fc.constantFrom(true, false, null),
    fc.array(tie('value'), { maxLength: 3 }),
    tie('message'),
  ),
  message: fc.dictionary(trouble, tie('value'), { maxKeys: 3 }),
}));

const gap = fc.constantFrom('', ' ', '\n', '\r\n\t');

const cutAt = (bytes: Buffer, cuts: ReadonlyArray<number>): ReadonlyArray<Buffer> => {
  const edges = [0, ...cuts.map((cut) => cut % (bytes.length + 1)), bytes.length].sort((a, b) => a - b);
  return edges.slice(1).map((edge, index) => bytes.subarray(edges[index], edge));
};

test('any split of any sequence of JSON texts gives the same messages', (t) => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(message, gap, fc.constantFrom(0, 2)), { maxLength: 5 }),
      fc.array(fc.nat(), { maxLength: 20 }),
      (sent, cuts) => {
        const texts = sent.map(([value, , indent]) => JSON.stringify(value, null, indent));
        const stream = sent.map(([, space], index) => `${space}${texts[index]}`).join('');
        const framing = makeFraming();
        const got = cutAt(Buffer.from(stream), cuts).map((chunk) => framing(chunk));
        t.deepEqual(
          got.flatMap((each) => (E.isRight(each) ? each.right : [each.left])),
          texts,
        );
      },
    ),
    { numRuns: 500 },
  );
});

test('a message that comes byte by byte is given once, when its last byte is there', (t) => {
  const framing = makeFraming();
  const bytes = [...Buffer.from('{"a":"\\"}"}')].map((byte) => Buffer.from([byte]));
  const given = bytes.map((byte) => framing(byte));
  t.deepEqual(given.slice(0, -1), Array(bytes.length - 1).fill(E.right([])));
  t.deepEqual(given.at(-1), E.right(['{"a":"\\"}"}']));
});

test('a chunk whose memory is used again does not change what was kept of it', (t) => {
  const framing = makeFraming();
  const chunk = Buffer.from('{"a":');
  framing(chunk);
  chunk.fill(0x7d);
  t.deepEqual(framing(Buffer.from('1}')), E.right(['{"a":1}']));
});

test('bytes that belong to no message are refused', (t) => {
  t.deepEqual(makeFraming()(Buffer.from('HTTP/1.1 200 OK')), E.left('byte 0x48 between messages'));
  t.deepEqual(makeFraming()(Buffer.from('{}}')), E.left('byte 0x7d between messages'));
});

test('twice the bytes in many chunks take about twice the time, not four times', (t) => {
  const timeOf = (megabytes: number): number => {
    const chunk = Buffer.from(`"${'x'.repeat(1021)}",`);
    const framing = makeFraming();
    const startedAt = performance.now();
    framing(Buffer.from('['));
    for (let sent = 0; sent < megabytes * 1024; sent++) framing(chunk);
    const last = framing(Buffer.from('0]'));
    t.true(E.isRight(last) && last.right[0]?.length === megabytes * 1024 * 1024 + 3);
    return performance.now() - startedAt;
  };
  const best = (megabytes: number): number => Math.min(...[1, 2, 3].map(() => timeOf(megabytes)));
  timeOf(4);
  const [small, large] = [best(4), best(32)];
  t.true(large < small * 24, `${small} ms for 4 MiB, ${large} ms for 32 MiB`);
});
