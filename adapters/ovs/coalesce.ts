/** Many calls in one turn of the event loop tell each listener once. */
export type Coalesced = {
  readonly tell: () => void;
  readonly listen: (listener: () => void) => () => void;
  readonly close: () => void;
};

export const makeCoalesced = (): Coalesced => {
  const listeners = new Set<{ readonly call: () => void }>();
  let due: NodeJS.Immediate | undefined;

  return {
    tell: () => {
      due ??= setImmediate(() => {
        due = undefined;
        for (const { call } of [...listeners]) call();
      });
    },
    listen: (call) => {
      const entry = { call };
      listeners.add(entry);
      return () => listeners.delete(entry);
    },
    close: () => {
      clearImmediate(due);
      listeners.clear();
    },
  };
};
