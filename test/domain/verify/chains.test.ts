import test from 'ava';
import fc from 'fast-check';
import type { LoggedEvent } from '../../../domain/port/log-reader.ts';
import { generatedLog, logged } from '../../support/logged.ts';
import { verify } from '../../support/told-history.ts';

const sound = generatedLog('nodes=6,events=600,seed=3');
const at = (index: number): LoggedEvent => {
  const event = sound[index];
  if (event === undefined) throw new Error(`no event ${index}`);
  return event;
};

test('a history that the deciders made holds, to its end', (t) => {
  const { fault, breach, events, end, heads } = verify(sound);
  t.deepEqual([fault, breach, events], [undefined, undefined, sound.length]);
  const { position, recordedAt, logHash } = at(sound.length - 1);
  t.deepEqual(end, { position, recordedAt, logHash });
  t.deepEqual(
    heads.map(({ stream, revision }) => [stream, revision]),
    [...Map.groupBy(sound, ({ stream }) => stream)].map(([stream, all]) => [stream, all.length - 1]),
  );
});

test('an empty log holds', (t) => {
  t.deepEqual(verify([]), {
    events: 0,
    archived: [],
    heads: [],
    end: undefined,
    fault: undefined,
    breach: undefined,
    keys: [],
    redacted: [],
  });
});

const texts = ['stream', 'id', 'type', 'payload', 'metadata', 'hash', 'recordedAt', 'logHash'] as const;

test('one character changed, put in or taken out in any text of any event: that event is named', (t) => {
  fc.assert(
    fc.property(
      fc.nat(sound.length - 1),
      fc.constantFrom(...texts),
      fc.nat(),
      fc.constantFrom('change', 'insert', 'remove'),
      fc.constantFrom(' ', '0', 'é', '\u0000'),
      (index, column, where, how, character) => {
        const event = at(index);
        const text = event[column];
        const place = where % text.length;
        const altered =
          text.slice(0, place) +
          (how === 'remove' ? '' : character) +
          text.slice(place + (how === 'insert' ? 0 : 1));
        fc.pre(altered !== text);
        const { fault } = verify(sound.with(index, { ...event, [column]: altered }));
        t.is(fault?.position, index);
      },
    ),
    { numRuns: 400 },
  );
});

test('a value of another kind than a text is named', (t) => {
  for (const column of texts) {
    const bytes = new TextEncoder().encode(at(7)[column]) as unknown as string;
    t.like(verify(sound.with(7, { ...at(7), [column]: bytes })).fault, { type: 'unreadable', position: 7 });
  }
});

test('metadata that says the same in other words is not what was written', (t) => {
  const { metadata } = at(9);
  const members = Object.entries(JSON.parse(metadata)).reverse();
  for (const other of [JSON.stringify(Object.fromEntries(members)), metadata.replace('{', '{ ')])
    t.like(verify(sound.with(9, { ...at(9), metadata: other })).fault, { type: 'metadata', position: 9 });
});

test('a missing event is named where it stood, its positions closed up or not', (t) => {
  const without = sound.toSpliced(40, 1);
  t.like(verify(without).fault, { type: 'position', position: 40, expected: '40', found: '41' });
  const closed = logged(without);
  const next = closed.findIndex((event, index) => index >= 40 && event.stream === at(40).stream);
  t.like(verify(closed).fault, {
    type: 'revision',
    position: next,
    expected: String(at(40).revision),
    found: String(at(40).revision + 1),
  });
});

test('an event that stands twice, or came from elsewhere, is named', (t) => {
  t.like(verify(sound.toSpliced(40, 0, at(40))).fault, { type: 'position', position: 41, found: '40' });
  t.like(verify(logged(sound.toSpliced(41, 0, at(40)))).fault, { type: 'revision', position: 41 });
  const stranger = { ...at(40), stream: 'host-evio:nobody:0', revision: 0 };
  t.like(verify(logged(sound.toSpliced(41, 0, stranger))).fault, { type: 'hash', position: 41 });
});

test('two events that changed places are named', (t) => {
  const index = sound.findIndex((event, n) => n > 30 && event.stream !== sound[n + 1]?.stream);
  const swapped = sound.with(index, at(index + 1)).with(index + 1, at(index));
  const relabelled = swapped.map((event, position) => ({ ...event, position }));
  t.is(verify(relabelled).fault?.position, index);
});

test('a stamp before that of the position before is named, though the chains are right', (t) => {
  const back = logged(sound.with(50, { ...at(50), recordedAt: '2020-01-01T00:00:00.000Z' }));
  t.like(verify(back).fault, { type: 'recorded-at', position: 50, found: '2020-01-01T00:00:00.000Z' });
});
