import type { carried } from '../host/carried-state.ts';

type Carried = ReturnType<typeof carried>;

const namedInBoth = <One extends { readonly pod?: unknown }>(
  ones: ReadonlyArray<One>,
  others: ReadonlyArray<{ readonly pod?: unknown }>,
): ReadonlyArray<One> =>
  ones.map((one, index) => {
    const { pod, ...nameless } = one;
    return pod === undefined || others[index]?.pod === undefined ? (nameless as One) : one;
  });

/** What an era carries, or what it should, without the names that the other side lacks: there they were redacted. */
export const withoutRedacted = ({ held, allocated, ...others }: Carried, other: Carried): Carried => ({
  ...others,
  held: namedInBoth(held, other.held),
  ...(allocated === undefined ? {} : { allocated: namedInBoth(allocated, other.allocated ?? []) }),
});
