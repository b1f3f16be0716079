import type { CniError } from '../error.ts';

/** For each kind of failure its CNI error: which key, which value, what to do. Exhaustive: a new kind needs its words. */
export type WordsFor<Failure extends { readonly type: string }> = {
  readonly [Type in Failure['type']]: (failure: Extract<Failure, { readonly type: Type }>) => CniError;
};

/** More than so many are counted. */
const listed = 20;

export const list = (items: ReadonlyArray<string>, separator = ', '): string =>
  items.length <= listed
    ? items.join(separator)
    : `${items.slice(0, listed).join(separator)} and ${items.length - listed} more`;
