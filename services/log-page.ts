import { either as E } from 'fp-ts';

const maximumPage = 1000;

/** Which events of a log are asked for, as it was given; what will not do is refused in words. */
export const parseLogPage = (given: {
  readonly from?: string | undefined;
  readonly limit?: string | undefined;
}): E.Either<
  { readonly msg: string; readonly remedy: string },
  { readonly from: number; readonly limit: number }
> => {
  const from = Number(given.from ?? 0);
  const limit = Number(given.limit ?? 100);
  if (!Number.isSafeInteger(from) || from < 0)
    return E.left({ msg: `from "${given.from}" is not a position`, remedy: 'from 0' });
  if (!Number.isSafeInteger(limit) || limit < 1 || limit > maximumPage)
    return E.left({
      msg: `limit "${given.limit}" is not between 1 and ${maximumPage}`,
      remedy: 'ask for the next page',
    });
  return E.right({ from, limit });
};
