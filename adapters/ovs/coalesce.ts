/** Many calls in one turn of the event loop tell each listener once, of all that was told. */
export type Coalesced<A> = {
  readonly tell: (what: A) => void;
  readonly listen: (listener: (what: A) => void) => () => void;
  readonly close: () => void;
};

export const makeCoalesced = <A>(join: (one: A, other: A) => A): Coalesced<A> => {
  const listeners = new Set<{ readonly call: (what: A) => void }>();
  let due: { readonly immediate: NodeJS.Immediate; readonly what: A } | undefined;

  const call = (): void => {
    const told = due;
    due = undefined;
    if (told !== undefined) for (const listener of [...listeners]) listener.call(told.what);
  };

  return {
    tell: (what) => {
      due =
        due === undefined ? { immediate: setImmediate(call), what } : { ...due, what: join(due.what, what) };
    },
    listen: (call) => {
      const entry = { call };
      listeners.add(entry);
      return () => listeners.delete(entry);
    },
    close: () => {
      clearImmediate(due?.immediate);
      due = undefined;
      listeners.clear();
    },
  };
};
