import type { HttpAnswer } from '../../domain/port/http.ts';

/** An answer that is undone when nobody hears it, and until then has the turn in which it was made. */
export type UntilHeard = {
  /** For the turn to hold: settles when the answer has left, or behind `undo`. */
  readonly orUndo: (undo: () => Promise<unknown>) => Promise<unknown>;
  /** Gives the answer; one that is not made was not heard. */
  readonly answering: (make: () => Promise<HttpAnswer>) => Promise<HttpAnswer>;
};

/** Nobody will DEL what nobody knows of; and what asks again finds it as it was left, so not before it is undone. */
export const untilHeard = (): UntilHeard => {
  const { promise: heard, resolve } = Promise.withResolvers<boolean>();
  return {
    orUndo: async (undo) => ((await heard) ? undefined : undo()),
    answering: async (make) => {
      try {
        const { after, ...made } = await make();
        return {
          ...made,
          unheard: () => resolve(false),
          after: () => {
            resolve(true);
            after?.();
          },
        };
      } catch (defect) {
        resolve(false);
        throw defect;
      }
    },
  };
};
