import test from 'ava';
import { either as E } from 'fp-ts';
import { lastCommon } from '../../../services/agent/last-common.ts';

const looking = async (end: number, common: number) => {
  let looks = 0;
  const found = await lastCommon<never>(end, async (revision) => {
    looks += 1;
    return E.right(revision <= common);
  });
  return { found, looks };
};

test('the last common revision is found wherever it is, by few looks, and by one when all is common', async (t) => {
  for (let end = -1; end < 20; end += 1)
    for (let common = -1; common <= end; common += 1)
      t.deepEqual((await looking(end, common)).found, E.right(common), `${common} of ${end}`);
  t.is((await looking(65_535, 65_535)).looks, 1);
  t.true((await looking(65_535, 1234)).looks <= 18);
});

test('what cannot be read ends it', async (t) => {
  t.deepEqual(await lastCommon(9, async () => E.left('gone')), E.left('gone'));
});
