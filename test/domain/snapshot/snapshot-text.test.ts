import test from 'ava';
import { either as E } from 'fp-ts';
import { sha256 } from '../../../adapters/system/sha256.ts';
import { describeUnfit, type SnapshotKey, type Unfit } from '../../../domain/snapshot/snapshot.ts';
import { parseSnapshot, snapshotText } from '../../../domain/snapshot/snapshot-text.ts';
import { incarnation } from '../../support/events.ts';

const key: SnapshotKey = {
  name: 'host',
  logId: incarnation,
  epoch: 1,
  source: `host-evio:node-1:${incarnation}`,
  fingerprint: sha256('code'),
};
const snapshot = { at: { revision: 41, hash: sha256('event') }, state: '{"reason":"naïve\\n☃"}' };
const text = snapshotText(sha256, key, snapshot);

test('a snapshot is read as it was written', (t) => {
  t.deepEqual(parseSnapshot(sha256, key, text), E.right(snapshot));
  const long = { ...snapshot, state: 'a\nb\n\n' };
  t.deepEqual(parseSnapshot(sha256, key, snapshotText(sha256, key, long)), E.right(long));
});

test('with any bit of any byte flipped it is damaged', (t) => {
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length * 8; at += 1) {
    const flipped = Buffer.from(bytes);
    flipped[at >> 3] = (flipped[at >> 3] ?? 0) ^ (1 << (at & 7));
    const read = parseSnapshot(sha256, key, flipped.toString('utf8'));
    if (E.isRight(read) || read.left.type !== 'damaged') t.fail(`bit ${at}: ${JSON.stringify(read)}`);
  }
  t.pass();
});

test('cut off anywhere or with something behind it, it is damaged', (t) => {
  const others = [...Array.from(text, (_, length) => text.slice(0, length)), `${text} `, `\n${text}`];
  t.deepEqual(
    others.filter((other) => E.isRight(parseSnapshot(sha256, key, other))),
    [],
  );
});

test('a label that is not ours under a right digest is damaged too', (t) => {
  for (const label of ['[]', 'label']) {
    const digest = sha256(`${label}\n${sha256('state')}`);
    const forged = `evio-snapshot/2 ${digest}\n${label}\nstate`;
    t.deepEqual(parseSnapshot(sha256, key, forged), E.left({ type: 'damaged' }));
  }
});

const foreign: ReadonlyArray<Partial<SnapshotKey>> = [
  { name: 'cluster' },
  { logId: 'another' },
  { epoch: 2 },
  { source: 'cluster-evio' },
  { fingerprint: sha256('other code') },
];

for (const change of foreign) {
  const [differs = ''] = Object.keys(change);
  test(`a snapshot whose ${differs} differs is foreign`, (t) => {
    const other = snapshotText(sha256, { ...key, ...change }, snapshot);
    t.deepEqual(parseSnapshot(sha256, key, other), E.left({ type: 'foreign', differs } as Unfit));
  });
}

test('each reason has words of its own', (t) => {
  const all: ReadonlyArray<Unfit> = [
    { type: 'missing' },
    { type: 'file-unreadable', reason: 'permission denied' },
    { type: 'damaged' },
    ...(['name', 'logId', 'epoch', 'source', 'fingerprint'] as const).map(
      (differs) => ({ type: 'foreign', differs }) as const,
    ),
    { type: 'ahead', revision: 7 },
    { type: 'other-history', revision: 7 },
    { type: 'state-unreadable' },
  ];
  t.is(new Set(all.map(describeUnfit)).size, all.length);
  t.regex(describeUnfit({ type: 'ahead', revision: 7 }), /revision 7/);
});
