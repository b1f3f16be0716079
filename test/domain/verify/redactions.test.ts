import test from 'ava';
import fc from 'fast-check';
import { sha256 } from '../../../adapters/system/sha256.ts';
import { redactableKeys } from '../../../domain/audit/remaining.ts';
import type { LoggedEvent } from '../../../domain/port/log-reader.ts';
import { followRedactions, keepUnexplained, startRedactions } from '../../../domain/verify/redactions.ts';
import { redactedWords } from '../../../domain/verify/words.ts';
import { redactedLog } from '../../support/audited.ts';
import { generatedLog } from '../../support/logged.ts';
import { verify } from '../../support/told-history.ts';

const whole = generatedLog('nodes=6,events=600,seed=3');
const naming = whole.filter((event) => redactableKeys(event).length > 0).map(({ position }) => position);
const end = whole.length;
const [first = 0, second = 0, third = 0] = naming;

const at = (log: ReadonlyArray<LoggedEvent>, index: number): LoggedEvent => {
  const event = log[index];
  if (event === undefined) throw new Error(`no event ${index}`);
  return event;
};

test('a redacted log holds, every law of it too, and says what was redacted, by whom, when and why', (t) => {
  t.true(naming.length > 100);
  const { fault, breach, redacted, events } = verify(redactedLog(whole, naming));
  t.deepEqual([fault, breach, events], [undefined, undefined, end + naming.length]);
  const time = '2026-03-02T08:00:00.000Z';
  const group = { by: 'operator:root', reason: 'request 4711', first: time, last: time };
  t.deepEqual(redacted, [{ ...group, positions: naming }]);
});

const withEras = generatedLog('nodes=3,events=600,seed=5,era-events=60');
const namedIn = (type: string): ReadonlyArray<number> =>
  withEras
    .filter((event) => event.type === type && redactableKeys(event).length > 0)
    .map(({ position }) => position);

for (const [what, positions] of [
  ['added and carried', [...namedIn('PodAdded'), ...namedIn('EraOpened')]],
  ['added and not carried', namedIn('PodAdded')],
  ['carried and not added', namedIn('EraOpened')],
] as const)
  test(`a log with eras holds where names were redacted that are ${what}`, (t) => {
    t.true(positions.length > 2);
    const { fault, breach, redacted } = verify(redactedLog(withEras, positions));
    t.deepEqual([fault, breach], [undefined, undefined]);
    t.deepEqual(redacted[0]?.positions, positions);
  });

test('what a redaction says of an archived event cannot be looked at, and is no fault', (t) => {
  const log = redactedLog(whole, [first]);
  const record = at(log, end);
  const { stream } = at(log, first);
  const run = { stream, from: first, to: first, fromRevision: 0, toRevision: 0 };
  const archived = { ...run, hash: '', logHash: '', recordedAt: '', archive: '' };
  t.is(followRedactions(startRedactions(), record, [archived]), undefined);
  for (const other of [[], [{ ...archived, stream: 'host-x' }], [{ ...archived, from: end, to: end }]])
    t.is(followRedactions(startRedactions(), record, other)?.type, 'redaction');
});

test('what was redacted is said in one line, however much it is', (t) => {
  const of = { by: 'operator:alice', reason: 'request 4711', first: '2026-03-02T08:00:00.000Z' };
  const one = { ...of, last: of.first, positions: [6] };
  t.is(
    redactedWords(one),
    '1 payload redacted, by operator:alice on 2026-03-02T08:00:00.000Z, reason: request 4711 (position 6)',
  );
  const positions = Array.from({ length: 14 }, (_, index) => index);
  t.is(
    redactedWords({ ...of, last: '2026-03-03T08:00:00.000Z', positions }),
    '14 payloads redacted, by operator:alice from 2026-03-02T08:00:00.000Z to 2026-03-03T08:00:00.000Z, reason: request 4711 (position 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11 and 2 more)',
  );
});

test('redactions for different reasons are told apart', (t) => {
  const log = redactedLog(whole, [first, second], (record) => ({
    ...record,
    reason: record.position === first ? 'one' : 'other',
  }));
  t.deepEqual(
    verify(log).redacted.map(({ reason, positions }) => [reason, positions]),
    [
      ['one', [first]],
      ['other', [second]],
    ],
  );
});

test('a payload without its pod that nothing explains was altered', (t) => {
  const log = redactedLog(whole, [first, second]).slice(0, end + 1);
  t.like(verify(log).fault, { type: 'payload', position: second });
});

test('a payload altered after its redaction is named, and what differs', (t) => {
  const log = redactedLog(whole, [first]);
  const event = at(log, first);
  const payload = event.payload.replace('"mtu":1410', '"mtu":1420');
  t.not(payload, event.payload);
  const { fault } = verify(log.with(first, { ...event, payload }));
  t.like(fault, { type: 'redacted-payload', position: first, id: event.id, revision: event.revision });
  t.not(fault?.expected, fault?.found);
});

test('one character changed, put in or taken out in any redacted payload or record of it is found where it stands', (t) => {
  const log = redactedLog(whole, naming);
  const rows = [...naming, ...naming.map((_, index) => end + index)];
  fc.assert(
    fc.property(
      fc.constantFrom(...rows),
      fc.nat(),
      fc.constantFrom('change', 'insert', 'remove'),
      fc.constantFrom(' ', '0', 'é', '\u0000'),
      (position, where, how, character) => {
        const event = at(log, position);
        const place = where % event.payload.length;
        const payload =
          event.payload.slice(0, place) +
          (how === 'remove' ? '' : character) +
          event.payload.slice(place + (how === 'insert' ? 0 : 1));
        fc.pre(payload !== event.payload);
        t.is(verify(log.with(position, { ...event, payload })).fault?.position, position);
      },
    ),
    { numRuns: 300 },
  );
});

test('a payload that lost more than its pod is no redaction, whatever its record says', (t) => {
  const log = redactedLog(whole, [first]);
  const event = at(log, first);
  const { mtu: _, ...less } = JSON.parse(event.payload);
  t.like(verify(log.with(first, { ...event, payload: JSON.stringify(less) })).fault, {
    type: 'payload',
    position: first,
  });
});

test('a payload that got another pod is no redaction, though its record has its hash', (t) => {
  const named = at(whole, first);
  const payload = named.payload.replace(/"pod":\{"name":"/, '"pod":{"name":"not-');
  t.not(payload, named.payload);
  const forged = redactedLog(whole, [first], (record) => ({ ...record, remainingHash: sha256(payload) }));
  t.like(verify(forged.with(first, { ...named, payload })).fault, { type: 'payload', position: first });
});

test('a record that claims more than a pod is not read', (t) => {
  const claims = redactedLog(whole, [first], (record) => ({
    ...record,
    redacted: [...record.redacted, 'mtu' as 'pod'],
  }));
  t.like(verify(claims).fault, { type: 'unreadable', position: end, found: '.redacted.1' });
});

const pointing = {
  'another position': { position: third },
  'another revision': { revision: 99_999 },
  'another stream': { stream: 'cluster-evio' },
  'an event that is whole': { id: at(whole, second).id, position: second },
  'an event that is not there': { id: '00000000-0000-4000-8000-000000000000' },
};

for (const [what, change] of Object.entries(pointing))
  test(`a record that points to ${what} is named with what it says`, (t) => {
    const log = redactedLog(whole, [first], (record) => ({ ...record, ...change }));
    const { fault } = verify(log);
    t.like(fault, { type: 'redaction', position: end, event: 'PayloadRedacted' });
    t.regex(fault?.expected ?? '', /^a redacted payload at position \d+ \(revision \d+ of .*, id /);
  });

test('a record of what was redacted before is one too many', (t) => {
  t.like(verify(redactedLog(whole, [first, first])).fault, { type: 'redaction', position: end + 1 });
});

test('a record counts only in an audit stream', (t) => {
  const log = redactedLog(whole, [first], undefined, 'notes-of-somebody');
  t.like(verify(log).fault, { type: 'payload', position: first });
});

test('what is wrong for certain goes before what nothing explains yet', (t) => {
  const log = redactedLog(whole, [first]);
  const damaged = at(log, first + 40);
  t.like(verify(log.with(first + 40, { ...damaged, metadata: '{}' })).fault, { position: first + 40 });
});

test('so many payloads that differ, and no more, are kept in mind', (t) => {
  const state = startRedactions();
  const event = at(redactedLog(whole, [first]), first);
  for (let index = 0; index < 100_000; index += 1)
    t.is(keepUnexplained(state, { ...event, id: `id-${index}` }, 'a', 'b'), undefined);
  t.like(keepUnexplained(state, { ...event, id: 'one more' }, 'a', 'b'), {
    type: 'unexplained',
    position: first,
  });
});
