/** Tasks that are done one at a time, of each lane in order, the lanes in turn: a crowded lane keeps no other waiting for more than one task. */
export type Lanes = {
  /** What the task gives; `undefined` when so many of the lane wait already. */
  readonly enter: <A>(lane: string, most: number, task: () => Promise<A>) => Promise<A> | undefined;
};

export const openLanes = (): Lanes => {
  /** The lane whose turn is next comes first. */
  const waiting = new Map<string, Array<() => Promise<unknown>>>();
  let working = false;

  const work = async (): Promise<void> => {
    working = true;
    for (let [next] = waiting; next !== undefined; [next] = waiting) {
      const [lane, tasks] = next;
      const task = tasks.shift();
      waiting.delete(lane);
      if (tasks.length > 0) waiting.set(lane, tasks);
      await task?.();
    }
    working = false;
  };

  return {
    enter: (lane, most, task) => {
      const tasks = waiting.get(lane) ?? [];
      if (tasks.length >= most) return undefined;
      return new Promise((done, failed) => {
        // A task that fails fails for who waits for it, and the next one is done.
        tasks.push(() => task().then(done, failed));
        waiting.set(lane, tasks);
        if (!working) void work();
      });
    },
  };
};
