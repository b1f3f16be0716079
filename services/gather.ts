/**
 * What a source gives by the page, as it comes: while one batch is worked on, the next gathers, up to `most`; what a page has beyond
 * that stays for the next batch, and no further page is asked for until then. So a slow consumer gets fewer and larger batches, and a
 * quick one waits for nobody, or as long as `pause` has it for what comes along with a batch's first: a batch of `most` is given at
 * once. What was gathered before the source failed is given before the failure is thrown; an abort ends it at once, and whoever breaks
 * off ends the source.
 */
export const gather = async function* <A>(
  open: (signal: AbortSignal) => AsyncIterable<ReadonlyArray<A>>,
  most: number,
  signal: AbortSignal,
  pause?: (signal: AbortSignal) => Promise<void>,
): AsyncGenerator<ReadonlyArray<A>, void> {
  const broken = new AbortController();
  const until = AbortSignal.any([signal, broken.signal]);
  let gathered: A[] = [];
  let ended = false;
  let failure: { readonly error: unknown } | undefined;
  let change = Promise.withResolvers<void>();
  const changed = (): void => {
    change.resolve();
    change = Promise.withResolvers();
  };
  // A signal of others looks at them each time that it is asked, which is for every event here.
  let over = until.aborted;
  const abort = (): void => {
    over = true;
    changed();
  };
  until.addEventListener('abort', abort);

  const isFull = (): boolean => gathered.length >= most || ended || over;

  const read = async (): Promise<void> => {
    try {
      for await (const page of open(until)) {
        for (const one of page) {
          gathered.push(one);
          // Nobody waits for those in between.
          if (gathered.length === 1 || isFull()) changed();
          while (gathered.length >= most && !over) await change.promise;
          if (over) return;
        }
      }
    } catch (error) {
      failure = { error };
    } finally {
      ended = true;
      changed();
    }
  };

  const pauseUntilFull = async (wait: NonNullable<typeof pause>): Promise<void> => {
    const waiting = new AbortController();
    let waited = false;
    void wait(waiting.signal).then(() => {
      waited = true;
      changed();
    });
    while (!isFull() && !waited) await change.promise;
    if (!waited) waiting.abort();
  };

  const reading = read();
  try {
    for (;;) {
      while (gathered.length === 0 && !ended && !signal.aborted) await change.promise;
      if (pause !== undefined && gathered.length > 0 && !isFull()) await pauseUntilFull(pause);
      if (signal.aborted) return;
      if (gathered.length === 0) {
        if (failure !== undefined) throw failure.error;
        return;
      }
      const batch = gathered;
      gathered = [];
      changed();
      yield batch;
    }
  } finally {
    broken.abort();
    until.removeEventListener('abort', abort);
    await reading;
  }
};
