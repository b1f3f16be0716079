import type { carried } from '../host/carried-state.ts';

type Carried = ReturnType<typeof carried>;

/** What an era carries, or what it should, without the names that the other side lacks: there they were redacted. */
export const withoutRedacted = ({ held, ...others }: Carried, other: Carried): Carried => ({
  ...others,
  held: held.map((one, index) => {
    const { pod, ...nameless } = one;
    return pod === undefined || other.held[index]?.pod === undefined ? nameless : one;
  }),
});
