import type { BatchAppendReq as Request } from '@eventstore/db-client/generated/streams_pb.js';
import { either as E } from 'fp-ts';
import type { ClientEvent } from '../../../domain/port/client-log.ts';
import type { Clock } from '../../../domain/port/clock.ts';
import type { Call } from '../grpc/call.ts';
import { done, type GrpcStatus, refusedAs } from '../grpc/status.ts';
import { batchAnswer, batchRefusal, type Correlated } from '../messages/append-answer.ts';
import { eventOf, type Target, targetOf } from '../messages/append-request.ts';
import { BatchAppendReq } from '../messages/generated.ts';
import { uuidOf } from '../messages/identifier.ts';
import { read } from '../messages/read.ts';
import { type Refusal, tell } from '../refusal.ts';
import { type Appending, appendingTo, appendNow } from './appending.ts';

/** An append whose last chunk has yet to come. Of one that is refused already nothing more is kept. */
type Batch = {
  readonly target: E.Either<Refusal, Target>;
  readonly deadline: number | undefined;
  events: ClientEvent[];
  bytes: number;
  refusal: Refusal | undefined;
};

/** One call may have so many appends that are not whole, and so many under way, before more is read. */
const mostOpen = 128;
const mostUnderWay = 256;

const closed = refusedAs('unavailable', 'the server is closing: append again');

/**
 * Streams/BatchAppend: appends of one client to any streams, told apart by their correlation ids, for as long as it likes. They are begun
 * in the order of their last chunks, and answered as they are done.
 */
export const batchAppend =
  (appending: Appending, clock: Clock) =>
  async (call: Call): Promise<GrpcStatus> => {
    const open = new Map<string, Batch>();
    const underWay = new Set<Promise<void>>();

    const finished = async (correlated: Correlated, outcome: ReturnType<typeof appendNow>): Promise<void> => {
      const answer = await outcome;
      await call.send(
        E.isRight(answer)
          ? batchAnswer(correlated, answer.right)
          : batchRefusal(correlated, tell(answer.left)),
      );
    };

    /** Begins an append that is whole; what follows must not overtake it. */
    const begin = async (correlation: string, batch: Batch): Promise<void> => {
      const { target } = batch;
      const correlated = { correlation, ...(E.isRight(target) && { stream: target.right.stream }) };
      const late = batch.deadline !== undefined && batch.deadline < Date.parse(clock.now());
      const wanted = batch.refusal !== undefined ? E.left(batch.refusal) : target;
      const refused = E.isRight(wanted) && late ? E.left<Refusal, Target>({ type: 'append-late' }) : wanted;
      const allowed = E.isLeft(refused)
        ? refused
        : await call.caller.may(appendingTo(refused.right.stream))();
      const outcome =
        E.isLeft(allowed) || E.isLeft(refused)
          ? Promise.resolve(E.isLeft(refused) ? refused : (allowed as E.Left<Refusal>))
          : appendNow(appending, { ...refused.right, events: batch.events });
      const task = finished(correlated, outcome);
      underWay.add(task);
      void task.finally(() => underWay.delete(task));
    };

    call.closing.addEventListener('abort', async () => {
      await Promise.all(underWay);
      call.end(closed);
    });

    for await (const message of call.messages) {
      const request = read(BatchAppendReq, message);
      if (E.isLeft(request)) return request.left;
      const id = uuidOf(request.right.getCorrelationId());
      if (E.isLeft(id)) return id.left;
      const batch = open.get(id.right) ?? newBatch(request.right.getOptions());
      take(batch, request.right.getProposedMessagesList(), appending.mostBytes);
      if (!request.right.getIsFinal()) {
        open.set(id.right, batch);
        if (open.size > mostOpen)
          return refusedAs('resourceExhausted', `more than ${mostOpen} appends of this call are not whole`);
        continue;
      }
      open.delete(id.right);
      if (call.closing.aborted) return closed;
      await begin(id.right, batch);
      if (underWay.size >= mostUnderWay) await Promise.race(underWay);
    }
    await Promise.all(underWay);
    return done;
  };

const malformed = (status: GrpcStatus): Refusal => ({ type: 'malformed', status });

const newBatch = (options: Request.Options | undefined): Batch => ({
  target: E.mapLeft(malformed)(targetOf(options, options?.getStreamPosition())),
  deadline: options?.getDeadline()?.toDate().getTime(),
  events: [],
  bytes: 0,
  refusal: undefined,
});

const take = (batch: Batch, proposed: ReadonlyArray<Request.ProposedMessage>, most: number): void => {
  for (const one of proposed) {
    if (batch.refusal !== undefined) return;
    const event = eventOf(one);
    if (E.isLeft(event)) {
      batch.refusal = malformed(event.left);
    } else {
      batch.bytes += event.right.bytes;
      batch.events.push(event.right.event);
      if (batch.bytes > most) batch.refusal = { type: 'append-too-large', most };
    }
    if (batch.refusal !== undefined) batch.events = [];
  }
};
