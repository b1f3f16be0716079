/** What is to come in a simulated world: the earliest first, and of one moment what was planned first. */
export type Timeline = {
  /** Milliseconds since the history's beginning; that of the act that runs now. */
  readonly now: () => number;
  readonly after: (delay: number, act: () => void) => void;
  /** Runs the next act; false when nothing is to come. */
  readonly step: () => boolean;
};

type Planned = { readonly at: number; readonly turn: number; readonly act: () => void };

const before = (a: Planned, b: Planned): boolean => a.at < b.at || (a.at === b.at && a.turn < b.turn);

/** A binary heap: a million acts among tens of thousands that wait. */
export const timeline = (): Timeline => {
  const heap: Planned[] = [];
  let now = 0;
  let turn = 0;

  const push = (planned: Planned): void => {
    let index = heap.length;
    heap.push(planned);
    while (index > 0) {
      const above = (index - 1) >> 1;
      const parent = heap[above];
      if (parent === undefined || before(parent, planned)) break;
      heap[index] = parent;
      index = above;
    }
    heap[index] = planned;
  };

  const sink = (last: Planned): void => {
    let index = 0;
    for (;;) {
      const left = heap[2 * index + 1];
      if (left === undefined) break;
      const right = heap[2 * index + 2];
      const goesRight = right !== undefined && before(right, left);
      const child = goesRight ? right : left;
      if (before(last, child)) break;
      heap[index] = child;
      index = 2 * index + (goesRight ? 2 : 1);
    }
    heap[index] = last;
  };

  return {
    now: () => now,
    after: (delay, act) => {
      turn += 1;
      push({ at: now + delay, turn, act });
    },
    step: () => {
      const [next] = heap;
      const last = heap.pop();
      if (next === undefined || last === undefined) return false;
      if (heap.length > 0) sink(last);
      now = next.at;
      next.act();
      return true;
    },
  };
};
