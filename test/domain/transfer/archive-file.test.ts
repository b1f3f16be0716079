import test from 'ava';
import { either as E } from 'fp-ts';
import { sha256 } from '../../../adapters/system/sha256.ts';
import type { LoggedEvent } from '../../../domain/port/log-reader.ts';
import {
  archiveHeader,
  archiveHeaderLine,
  archiveName,
  verifyArchive,
} from '../../../domain/transfer/archive-file.ts';
import { eventLine } from '../../../domain/transfer/export-file.ts';
import { generatedLog } from '../../support/logged.ts';

const log = generatedLog('nodes=2,events=400,seed=3,era-events=40');
const identity = { logId: '5c0b4f5e-1f2b-4a53-9f6a-0f4b0a1c2d3e', epoch: 1 };
const closed = log.find(({ type }) => type === 'EraClosed');
const era = log.filter(({ stream }) => stream === closed?.stream);
const [first, last] = [era[0], era.at(-1)];
if (first === undefined || last === undefined) throw new Error('an era is closed');
const header = archiveHeader(identity, { first, last });
const lines = [archiveHeaderLine(header), ...era.map(eventLine)];

const without = (index: number) => lines.filter((_, at) => at !== index);
const changed = (index: number, change: Partial<LoggedEvent>) =>
  lines.map((line, at) => (at === index ? eventLine({ ...JSON.parse(line), ...change }) : line));

test('an archive proves that it is one whole era', (t) => {
  t.deepEqual(verifyArchive(sha256, lines), E.right(header));
  t.is(header.lastRevision, era.length - 1);
  t.true(header.lastPosition - header.firstPosition > era.length, 'with events of others in between');
});

test('each era has a file of its own', (t) => {
  const life = 'host-evio:node-1:0f7fa3a2-6a3d-4c0f-9a51-6d1f6f1d2c3b';
  t.is(archiveName(life), 'host-evio_node-1_0f7fa3a2-6a3d-4c0f-9a51-6d1f6f1d2c3b.ndjson');
  t.is(archiveName(`${life}:12`), 'host-evio_node-1_0f7fa3a2-6a3d-4c0f-9a51-6d1f6f1d2c3b.era-12.ndjson');
});

const other = log.find(({ stream }) => stream !== header.stream);
const altered: ReadonlyArray<readonly [string, ReadonlyArray<string>, line: number, RegExp]> = [
  ['nothing', [], 0, /empty/],
  ['another header', ['{"format":"evio-log"}', ...lines.slice(1)], 1, /not the header of an archive/],
  ['a line that is none', [...lines.slice(0, 4), 'x'], 5, /not JSON/],
  ['no first event', without(1), 2, /position \d+ where \d+/],
  ['a missing event', without(9), 10, /^revision/],
  ['no last event', without(lines.length - 1), lines.length - 1, /its header announces/],
  ['an altered payload', changed(7, { payload: '{}' }), 8, /^payload/],
  ['an altered type', changed(7, { type: 'PodMoved' }), 8, /^hash/],
  ['an altered hash', changed(7, { hash: 'ab'.repeat(32) }), 8, /^hash/],
  ['a moved event', changed(7, { position: 1 }), 8, /^position/],
  ["another stream's event", changed(7, { stream: other?.stream ?? '' }), 8, /an event of/],
  [
    'an era that is not closed',
    [archiveHeaderLine(archiveHeader(identity, { first, last: era.at(-2) ?? last })), ...lines.slice(1, -1)],
    lines.length - 1,
    /is not closed/,
  ],
];

for (const [what, text, line, reason] of altered) {
  test(`an archive with ${what} is refused by its line`, (t) => {
    const read = verifyArchive(sha256, text);
    if (E.isRight(read)) return t.fail();
    t.is(read.left.line, line);
    t.regex(read.left.reason, reason);
  });
}
