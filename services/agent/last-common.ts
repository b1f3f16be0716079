import { either as E } from 'fp-ts';

/**
 * The last revision up to `end` at which two copies of a hash chain are the same, by as few looks as halving takes: where they are, all
 * before it is, and behind the first difference nothing is. −1 for none.
 */
export const lastCommon = async <Failure>(
  end: number,
  sameAt: (revision: number) => Promise<E.Either<Failure, boolean>>,
): Promise<E.Either<Failure, number>> => {
  let [common, differs] = [-1, end + 1];
  // Mostly the whole of it is.
  for (let look = end; differs - common > 1; look = Math.floor((common + differs) / 2)) {
    const same = await sameAt(look);
    if (E.isLeft(same)) return same;
    if (same.right) common = look;
    else differs = look;
  }
  return E.right(common);
};
