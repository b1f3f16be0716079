import test from 'ava';
import { fileOwner } from '../../domain/file-owner.ts';

const folder = { uid: 700, gid: 701, mode: 0o40700 };
const before = { uid: 800, gid: 801, mode: 0o100600 };

test('what root replaces keeps its owner, what root makes is the folder’s', (t) => {
  t.deepEqual(fileOwner(0, folder, before), { uid: 800, gid: 801 });
  t.deepEqual(fileOwner(0, folder, undefined), { uid: 700, gid: 701 });
});

test('where anybody may write, nothing of root’s is given to who had the name', (t) => {
  t.is(fileOwner(0, { ...folder, mode: 0o41777 }, before), undefined);
});

test('others than root cannot give a file away', (t) => {
  t.is(fileOwner(700, folder, before), undefined);
  t.is(fileOwner(undefined, folder, before), undefined);
});
