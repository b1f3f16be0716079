import { either as E } from 'fp-ts';
import type { AskWhoHad } from '../../../domain/port/ask-who-had.ts';
import { readQuestion, writeAnswer } from '../../../domain/projection/who-had-question.ts';
import type { Call } from '../grpc/call.ts';
import { asMessage } from '../grpc/deframe.ts';
import { onlyMessage } from '../grpc/messages.ts';
import { slots } from '../grpc/slots.ts';
import { done, type GrpcStatus, refusedAs } from '../grpc/status.ts';
import { tell } from '../refusal.ts';

/**
 * Our own Past/WhoHad, beside the methods of EventStoreDB: a question and its answer in JSON. Who may read all streams may ask it: the answer
 * is told of any of them. One question at a time is answered.
 */
export const whoHadMethod = (ask: AskWhoHad): ((call: Call) => Promise<GrpcStatus>) => {
  const turns = slots(1);
  return async (call) => {
    const question = readQuestion((await onlyMessage(call.messages)).toString());
    if (question === undefined) return refusedAs('invalidArgument', 'the request is no question');
    const allowed = await call.caller.may({ action: 'read-all' })();
    if (E.isLeft(allowed)) return tell(allowed.left).status;
    const give = await turns.take(AbortSignal.any([call.over, call.closing]));
    if (give === undefined) return refusedAs('unavailable', 'the server is closing: ask again');
    try {
      const answer = await ask(question)();
      if (E.isRight(answer)) {
        await call.send(asMessage(Buffer.from(writeAnswer(answer.right))));
        return done;
      }
      const reason = answer.left.type === 'not-served' ? 'no index is kept here' : answer.left.reason;
      return refusedAs('failedPrecondition', `the question cannot be answered: ${reason}`);
    } finally {
      give();
    }
  };
};
