import { either as E } from 'fp-ts';
import type { ClientEvent } from '../../../domain/port/client-log.ts';
import type { GrpcStatus } from '../grpc/status.ts';
import type { Proposed } from '../messages/append-messages.ts';
import { eventOf, type Target, targetOf } from '../messages/append-request.ts';
import type { WriteOptions } from '../messages/write-options.ts';
import type { Refusal } from '../refusal.ts';
import { type AppendSize, sizeRefused } from './appending.ts';

/** One append of a BatchAppend, as much of it as has come. Of one that is refused already nothing more is kept. */
export type Batch = {
  readonly target: E.Either<Refusal, Target>;
  /** Milliseconds since 1970. */
  readonly deadline: number | undefined;
  events: ClientEvent[];
  bytes: number;
  /** So many bytes of it are taken of its connection's uploads. */
  held: number;
  refusal: Refusal | undefined;
};

const malformed = (status: GrpcStatus): Refusal => ({ type: 'malformed', status });

/** Begins with the options, which are in the first chunk alone. */
export const beginBatch = (options: WriteOptions | undefined): Batch => ({
  target: E.mapLeft(malformed)(targetOf(options)),
  deadline: options?.deadline,
  events: [],
  bytes: 0,
  held: 0,
  refusal: undefined,
});

/** Nothing is kept of what is not to be done. */
export const refuse = (batch: Batch, refusal: Refusal): void => {
  batch.refusal = refusal;
  batch.events = [];
  batch.bytes = 0;
};

/** Takes in the events of a chunk; `most`: of the whole append. */
export const addEvents = (batch: Batch, proposed: ReadonlyArray<Proposed>, most: AppendSize): void => {
  for (const one of proposed) {
    if (batch.refusal !== undefined || E.isLeft(batch.target)) return;
    const event = eventOf(one);
    if (E.isLeft(event)) {
      batch.refusal = malformed(event.left);
    } else {
      batch.bytes += event.right.bytes;
      batch.events.push(event.right.event);
      batch.refusal = sizeRefused({ bytes: batch.bytes, events: batch.events.length }, most);
    }
    if (batch.refusal !== undefined) refuse(batch, batch.refusal);
  }
};

/** What the whole append is for, or why it is not to be done. */
export const judge = ({ refusal, target, deadline }: Batch, nowMs: number): E.Either<Refusal, Target> => {
  if (refusal !== undefined) return E.left(refusal);
  if (E.isRight(target) && deadline !== undefined && deadline < nowMs) return E.left({ type: 'append-late' });
  return target;
};
