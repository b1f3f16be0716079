/** So many bytes may be held at once, among all who share it. */
export type ByteBudget = {
  /** Whether there was room; false takes nothing. There always is while nothing is held. */
  readonly take: (bytes: number) => boolean;
  readonly give: (bytes: number) => void;
};

export const byteBudget = (most: number): ByteBudget => {
  let held = 0;
  return {
    take: (bytes) => {
      if (bytes > 0 && held > 0 && held + bytes > most) return false;
      held += bytes;
      return true;
    },
    give: (bytes) => {
      held -= bytes;
    },
  };
};

/** A share of a budget that is given back as a whole, whatever of it is still held. */
export const shareOf = (budget: ByteBudget): ByteBudget & { readonly close: () => void } => {
  let held = 0;
  let closed = false;
  return {
    take: (bytes) => {
      if (closed || !budget.take(bytes)) return false;
      held += bytes;
      return true;
    },
    give: (bytes) => {
      if (closed) return;
      held -= bytes;
      budget.give(bytes);
    },
    close: () => {
      if (closed) return;
      closed = true;
      budget.give(held);
    },
  };
};
