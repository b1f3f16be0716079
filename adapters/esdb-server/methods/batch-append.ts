import { either as E } from 'fp-ts';
import type { Clock } from '../../../domain/port/clock.ts';
import type { Call } from '../grpc/call.ts';
import { uploadsTooLarge } from '../grpc/messages.ts';
import { done, type GrpcStatus, refusedAs } from '../grpc/status.ts';
import { batchAnswer, batchRefusal, type Correlated } from '../messages/append-answer.ts';
import { batchMessage } from '../messages/append-messages.ts';
import type { Target } from '../messages/append-request.ts';
import { uuidIn } from '../messages/identifier.ts';
import { read } from '../messages/read.ts';
import { type Refusal, tell } from '../refusal.ts';
import { type Appending, appendingTo, appendNow, stillWanted } from './appending.ts';
import { addEvents, type Batch, beginBatch, judge, refuse } from './batch.ts';
import type { StayAwake } from './stay-awake.ts';

/** One call may have so many appends that are not whole, and so many under way, before more is read. */
const mostOpen = 128;
const mostUnderWay = 256;

const closed = refusedAs('unavailable', 'the server is closing: append again');

/**
 * Streams/BatchAppend: appends of one client to any streams, told apart by their correlation ids, for as long as it likes. They are begun
 * in the order of their last chunks, and answered as they are done.
 */
export const batchAppend =
  (appending: Appending, clock: Clock, openAwake: () => StayAwake) =>
  async (call: Call): Promise<GrpcStatus> => {
    const open = new Map<string, Batch>();
    const underWay = new Set<Promise<void>>();
    const awake = openAwake();
    /** Nothing is begun any more. */
    let ending = false;

    /** Lets what is under way be answered, and ends the call. */
    const endWith = async (status: GrpcStatus): Promise<void> => {
      ending = true;
      while (underWay.size > 0) await Promise.all(underWay);
      call.end(status);
    };

    const answer = async (correlated: Correlated, outcome: ReturnType<typeof appendNow>): Promise<void> => {
      const appended = await outcome;
      if (E.isRight(appended)) {
        await call.send(batchAnswer(correlated, appended.right));
        return;
      }
      const told = tell(appended.left);
      // Only as the call's own status do clients know it for what may be tried again.
      if (appended.left.type === 'unavailable') void endWith(told.status);
      else await call.send(batchRefusal(correlated, told));
    };

    /** Begins an append that is whole. Awaited before the next is looked at: nothing overtakes it. */
    const begin = async (correlation: string, batch: Batch): Promise<void> => {
      const judged = judge(batch, Date.parse(clock.now()));
      // Not `E.as`, which copies its arguments: that takes longer than to judge.
      const allowed: E.Either<Refusal, Target> = E.isLeft(judged)
        ? judged
        : E.map(() => judged.right)(await call.caller.may(appendingTo(judged.right.stream))());
      if (E.isLeft(stillWanted(call))) return;
      awake.came();
      const outcome = E.isLeft(allowed)
        ? Promise.resolve(allowed)
        : appendNow(appending, { ...allowed.right, events: batch.events });
      const stream = E.isRight(batch.target) ? batch.target.right.stream : '';
      const task = answer({ correlation, stream }, outcome);
      underWay.add(task);
      void task.finally(() => {
        underWay.delete(task);
        awake.done();
        call.uploads.give(batch.held);
      });
    };

    const ask = async (batch: Batch): Promise<void> => {
      if (E.isLeft(batch.target)) return;
      const allowed = await call.caller.may(appendingTo(batch.target.right.stream))();
      if (E.isLeft(allowed)) refuse(batch, allowed.left);
    };

    /** Counts what a batch holds now of the connection's uploads; false when there is no room. */
    const hold = (batch: Batch): boolean => {
      const more = batch.bytes - batch.held;
      if (more < 0) call.uploads.give(-more);
      else if (!call.uploads.take(more)) return false;
      batch.held = batch.bytes;
      return true;
    };

    const close = (): void => void endWith(closed);
    call.closing.addEventListener('abort', close);
    call.over.addEventListener('abort', () => call.closing.removeEventListener('abort', close));

    for await (const message of call.messages) {
      const request = read(batchMessage, message);
      if (E.isLeft(request)) return request.left;
      const { correlation, options, proposed, isFinal } = request.right;
      const id = uuidIn(correlation);
      if (E.isLeft(id)) return id.left;
      const batch = open.get(id.right) ?? beginBatch(options);
      // Nothing is collected of what is not allowed; what is whole is asked about as it is begun.
      if (!isFinal && !open.has(id.right)) await ask(batch);
      addEvents(batch, proposed, appending.most);
      while (!hold(batch)) {
        if (underWay.size === 0) return uploadsTooLarge;
        await Promise.race(underWay);
      }
      if (isFinal) {
        open.delete(id.right);
        if (ending) {
          call.uploads.give(batch.held);
          continue;
        }
        await begin(id.right, batch);
        if (underWay.size >= mostUnderWay) await Promise.race(underWay);
      } else {
        open.set(id.right, batch);
        if (open.size > mostOpen)
          return refusedAs('resourceExhausted', `more than ${mostOpen} appends of this call are not whole`);
      }
    }
    await Promise.all(underWay);
    return done;
  };
