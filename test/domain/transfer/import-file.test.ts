import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import fc from 'fast-check';
import { either as E } from 'fp-ts';
import { sha256 } from '../../../adapters/system/sha256.ts';
import type { LoggedEvent } from '../../../domain/port/log-reader.ts';
import {
  eventLine,
  exportHeader,
  headerLine,
  readEventLine,
  readHeader,
} from '../../../domain/transfer/export-file.ts';
import {
  finishImport,
  type ImportFailure,
  importLine,
  startImport,
} from '../../../domain/transfer/import-file.ts';
import { redactedLog } from '../../support/audited.ts';
import { generatedLog } from '../../support/logged.ts';
import { must } from '../../support/must.ts';

const lines = readFileSync(join(import.meta.dirname, '../../golden/log-v1.ndjson'), 'utf8')
  .trimEnd()
  .split('\n');

const imported = (texts: ReadonlyArray<string>): E.Either<ImportFailure, ReadonlyArray<LoggedEvent>> => {
  const [first, ...rest] = texts;
  const started = startImport(sha256, first);
  if (E.isLeft(started)) return started;
  const events: LoggedEvent[] = [];
  for (const text of rest) {
    const event = importLine(started.right, text);
    if (E.isLeft(event)) return event;
    events.push(event.right);
  }
  const finished = finishImport(started.right);
  return E.isLeft(finished) ? finished : E.right(events);
};

const refusal = (texts: ReadonlyArray<string>): readonly [number, string] | 'accepted' => {
  const outcome = imported(texts);
  return E.isLeft(outcome) ? [outcome.left.line, outcome.left.reason] : 'accepted';
};

test('a whole file is read, and written again to the same bytes', (t) => {
  const events = must(imported(lines));
  t.is(events.length, lines.length - 1);
  t.deepEqual([headerLine(must(readHeader(lines[0] ?? ''))), ...events.map(eventLine)], lines);
});

const header = (change: object): string => JSON.stringify({ ...JSON.parse(lines[0] ?? ''), ...change });
const count = lines.length - 1;
const body = lines.slice(1);
const swapped = [...lines.slice(0, 5), lines[6] ?? '', lines[5] ?? '', ...lines.slice(7)];

const refused: ReadonlyArray<readonly [string, ReadonlyArray<string>, number, string]> = [
  ['an empty file', [], 1, 'the file is empty'],
  ['another file', ['{"a":1}', ...body], 1, 'this is not the header of an export: '],
  ['a newer format', [header({ version: 2 }), ...body], 1, 'this is not the header of an export: version is'],
  ['a part of a log', [header({ from: 3 }), ...body], 1, 'the export begins at position 3, and'],
  [
    'a file without its end',
    lines.slice(0, 10),
    11,
    `the file ends after 9 events; its header announces ${count}`,
  ],
  ['a line too many', [...lines, lines[1] ?? ''], count + 2, `the header announces ${count} events, and`],
  [
    'a missing line',
    [...lines.slice(0, 4), ...lines.slice(5)],
    5,
    'the event at position 3 does not fit (position)',
  ],
  ['two lines swapped', swapped, 6, 'the event at position 4 does not fit (position)'],
  ['a line cut short', [...lines.slice(0, 4), (lines[4] ?? '').slice(0, -9)], 5, 'it is not JSON'],
  [
    'another end',
    [header({ logHash: '0'.repeat(64) }), ...body],
    1,
    `the log's hash ${'0'.repeat(64)} is not`,
  ],
];

for (const [what, texts, line, reason] of refused) {
  test(`${what} is refused with its line and the reason`, (t) => {
    const outcome = refusal(texts);
    if (outcome === 'accepted') return t.fail(outcome);
    t.deepEqual([outcome[0], outcome[1].slice(0, reason.length)], [line, reason]);
  });
}

test('whatever value of whatever line is changed, that line is named', (t) => {
  const keys = [
    'position',
    'stream',
    'revision',
    'id',
    'type',
    'payload',
    'metadata',
    'hash',
    'recordedAt',
    'logHash',
  ];
  fc.assert(
    fc.property(fc.integer({ min: 1, max: count }), fc.constantFrom(...keys), fc.nat(), (at, key, where) => {
      const event = JSON.parse(lines[at] ?? '') as Record<string, string | number>;
      const value = event[key] ?? '';
      const place = typeof value === 'string' ? where % value.length : 0;
      const other =
        typeof value === 'number'
          ? value + 1
          : `${value.slice(0, place)}${value[place] === '7' ? '8' : '7'}${value.slice(place + 1)}`;
      const changed = lines.with(at, JSON.stringify({ ...event, [key]: other }));
      t.deepEqual([refusal(changed)[0], key], [at + 1, key]);
    }),
  );
});

test('a value that is missing or of another kind is named', (t) => {
  const event = JSON.parse(lines[1] ?? '');
  t.deepEqual(
    readEventLine(JSON.stringify({ ...event, hash: 7 })),
    E.left('hash is missing or of another kind'),
  );
  t.deepEqual(
    readEventLine(JSON.stringify({ ...event, hash: undefined, id: null })),
    E.left('id, hash are missing or of another kind'),
  );
});

test('a redacted log is read as it is; one that was altered is refused by the line', (t) => {
  const whole = generatedLog('nodes=3,events=120,seed=5');
  const naming = whole.filter(({ payload }) => payload.includes('"pod"')).map(({ position }) => position);
  const [first = 0] = naming;
  const texts = (log: ReadonlyArray<LoggedEvent>) => {
    const { position, logHash, recordedAt } = must(E.fromNullable('')(log.at(-1)));
    const head = exportHeader({ logId: 'x', epoch: 1 }, 0, { position, logHash, recordedAt });
    return [headerLine(head), ...log.map(eventLine)];
  };
  const redacted = redactedLog(whole, naming);
  t.deepEqual(must(imported(texts(redacted))), redacted);
  const [line, reason] = refusal(texts(redacted.slice(0, -naming.length)));
  t.is(line, first + 2);
  t.regex(String(reason), new RegExp(`the event at position ${first} does not fit \\(payload\\)`));
  const event = must(E.fromNullable('')(redacted[first]));
  const altered = redacted.with(first, { ...event, payload: event.payload.replace('1410', '1411') });
  t.regex(
    String(refusal(texts(altered))[1]),
    new RegExp(`position ${first} does not fit \\(redacted-payload\\)`),
  );
});
