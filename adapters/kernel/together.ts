/**
 * Work that takes as long for many as for one: what is asked for while a batch is under way waits and goes together in the
 * next. At most one batch is under way. `work` answers in the order of its items.
 */
export const together = <A, B>(
  work: (items: ReadonlyArray<A>) => Promise<ReadonlyArray<B>>,
): ((item: A) => Promise<B>) => {
  type Asked = {
    readonly item: A;
    readonly resolve: (answer: B) => void;
    readonly reject: (error: unknown) => void;
  };
  let next: Array<Asked> = [];
  let running = false;

  const run = async (): Promise<void> => {
    running = true;
    while (next.length > 0) {
      const batch = next;
      next = [];
      try {
        const answers = await work(batch.map(({ item }) => item));
        batch.forEach(({ resolve }, at) => {
          resolve(answers[at] as B);
        });
      } catch (error) {
        for (const { reject } of batch) reject(error);
      }
    }
    running = false;
  };

  return (item) =>
    new Promise((resolve, reject) => {
      next.push({ item, resolve, reject });
      if (!running) void run();
    });
};
