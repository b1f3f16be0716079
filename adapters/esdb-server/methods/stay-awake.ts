/** How long the next append of a client on the same machine takes to come behind an answer, and more, in milliseconds. */
const awakeMs = 0.4;

/** Of one client. */
export type StayAwake = {
  /** An append is begun. */
  readonly came: () => void;
  /** It was done; its answer leaves. */
  readonly done: () => void;
};

export type Surroundings = {
  /** Milliseconds of a clock that never goes back. */
  readonly now: () => number;
  /** Runs a task behind one more look at the sockets, which does not sleep: `setImmediate`. */
  readonly soon: (task: () => void) => void;
  /** Processors of the machine, or what we may have of them. */
  readonly processors: number;
};

/**
 * A processor that has nothing to do sleeps, and to wake it takes some 45 µs: a tenth of an append, where a client appends one event behind the other. So behind
 * the answer to an append that came within 0.4 ms of its client's answer before, alone, the event loop looks at its sockets for as long without sleeping. Whose next
 * append takes longer to come (from another site, or now and then) costs nothing; nor does it where client and server have one processor together.
 */
export const openStayAwake = ({ now, soon, processors }: Surroundings): StayAwake => {
  let underWay = 0;
  let doneAt = Number.NEGATIVE_INFINITY;
  let atOnce = false;
  let until = Number.NEGATIVE_INFINITY;
  let looking = false;
  const look = (): void => {
    if (now() < until) soon(look);
    else looking = false;
  };
  return {
    came: () => {
      atOnce = processors > 1 && underWay === 0 && now() - doneAt < awakeMs;
      underWay += 1;
      until = Number.NEGATIVE_INFINITY;
    },
    done: () => {
      underWay -= 1;
      doneAt = now();
      if (!atOnce) return;
      until = doneAt + awakeMs;
      if (looking) return;
      looking = true;
      soon(look);
    },
  };
};
