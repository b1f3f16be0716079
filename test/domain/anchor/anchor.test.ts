import test from 'ava';
import { either as E } from 'fp-ts';
import { anchorText, formatAnchor, parseAnchor } from '../../../domain/anchor/anchor.ts';

const anchor = {
  logId: '0f7fa3a2-6a3d-4c0f-9a51-6d1f6f1d2c3b',
  epoch: 1,
  of: 'host-evio:node-1:0f7fa3a2-6a3d-4c0f-9a51-6d1f6f1d2c3b',
  at: 812,
  hash: 'ab'.repeat(32),
  signature: `${'A'.repeat(86)}==`,
};

test('an anchor is one line, and reads back as it was, whatever space is around it', (t) => {
  const line = formatAnchor(anchor);
  t.is(line, `evio-anchor/1 ${anchor.logId} 1 ${anchor.of} 812 ${anchor.hash} ${anchor.signature}`);
  t.deepEqual(parseAnchor(`  ${line}\r\n`), E.right(anchor));
});

test('what is signed names its kind first and holds every field', (t) => {
  t.is(anchorText(anchor), `["evio-anchor/1","${anchor.logId}",1,"${anchor.of}",812,"${anchor.hash}"]`);
});

const line = formatAnchor(anchor);
const wrong: ReadonlyArray<readonly [string, string, string]> = [
  ['nothing', '', 'it does not begin with evio-anchor/1'],
  ['a newer one', line.replace('/1', '/2'), 'it is an evio-anchor/2, and this program reads evio-anchor/1'],
  ['a bad log id', line.replace('0f7fa3a2', 'x'), 'its log id "x-6a3d-4c0f-9a51-6d1f6f1d2c3b" is not a UUID'],
  ['a bad epoch', line.replace(' 1 ', ' one '), 'its epoch "one" is not a number'],
  ['a bad revision', line.replace(' 812 ', ' -1 '), 'its revision or position "-1" is not a number'],
  ['a short hash', line.replace('abab ', ' '), `its hash "${'ab'.repeat(30)}" is not 64 hexadecimal digits`],
  ['a cut line', line.slice(0, -3), 'its signature is not 64 bytes in base64'],
  ['two lines in one', `${line} ${line}`, `it goes on behind its signature: "${line}"`],
];

for (const [what, text, reason] of wrong)
  test(`${what} is refused by name`, (t) => {
    t.deepEqual(parseAnchor(text), E.left({ type: 'not-an-anchor', reason }));
  });
