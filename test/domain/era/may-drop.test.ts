import test from 'ava';
import { either as E } from 'fp-ts';
import { type DropEvidence, mayDrop } from '../../../domain/era/may-drop.ts';

const enough: DropEvidence = {
  lastType: 'EraClosed',
  next: 812,
  olderIsHere: false,
  decided: 812,
  archive: 'ab'.repeat(32),
};

test('an era that is closed, archived and decided may go', (t) => {
  t.deepEqual(mayDrop(enough), E.right(undefined));
});

const lacking: ReadonlyArray<readonly [Partial<DropEvidence>, RegExp]> = [
  [{ lastType: 'PodAdded' }, /not closed/],
  [{ lastType: undefined }, /not closed/],
  [{ next: undefined }, /not open yet/],
  [{ olderIsHere: true }, /earlier era/],
  [{ decided: 811 }, /has not decided/],
  [{ decided: undefined }, /has not decided/],
  [{ archive: '' }, /not verified/],
];

for (const [lack, reason] of lacking) {
  test(`an era stays: ${Object.entries(lack).join()}`, (t) => {
    const may = mayDrop({ ...enough, ...lack });
    t.regex(E.isLeft(may) ? may.left : '', reason);
  });
}
