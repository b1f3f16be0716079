import { either as E } from 'fp-ts';
import type { EventStore, ReadFailure, StreamHead } from '../domain/port/event-store.ts';
import { eraOf, firstEra } from '../domain/stream.ts';

/** Where a life stands: the stream of its newest era, and that stream's last event; `undefined` where the store has nothing of it. */
export type LifeEnd = {
  readonly era: number;
  readonly stream: string;
  readonly head: StreamHead | undefined;
  /** How many events each era before it has, from the first; 0 where the store has nothing of one. */
  readonly before: ReadonlyArray<number>;
};

/** Eras follow each other without a gap, so the first that is missing tells. */
export const newestEra = async (store: EventStore, life: string): Promise<E.Either<ReadFailure, LifeEnd>> => {
  const before: number[] = [];
  let newest: LifeEnd = { era: firstEra, stream: life, head: undefined, before };
  for (let era = firstEra; ; era += 1) {
    const stream = eraOf(life, era);
    const head = await store.head(stream)();
    if (E.isLeft(head)) return head;
    // The first era of a life may have been dropped, its successors not.
    if (head.right === undefined && era > firstEra) return E.right(newest);
    if (era > firstEra) before.push((newest.head?.revision ?? -1) + 1);
    newest = { era, stream, head: head.right, before };
  }
};
