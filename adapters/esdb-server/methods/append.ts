import { either as E } from 'fp-ts';
import type { ClientAppended, ClientEvent } from '../../../domain/port/client-log.ts';
import type { Call } from '../grpc/call.ts';
import { uploadsTooLarge } from '../grpc/messages.ts';
import { done, type GrpcStatus, refusedAs } from '../grpc/status.ts';
import { appendAnswer, conflictAnswer, stampedAnswer } from '../messages/append-answer.ts';
import { appendMessage } from '../messages/append-messages.ts';
import { eventOf, type Target, targetOf } from '../messages/append-request.ts';
import { read } from '../messages/read.ts';
import { tell } from '../refusal.ts';
import { type Appending, appendFor, appendingTo, sizeRefused } from './appending.ts';

/** The options, then the events, one a message; the client's end of sending is the order to append. What was done is told by `tellDone`. */
const appendTelling =
  (appending: Appending, tellDone: (appended: ClientAppended) => Buffer) =>
  async (call: Call): Promise<GrpcStatus> => {
    let target: Target | undefined;
    const events: ClientEvent[] = [];
    let bytes = 0;
    for await (const message of call.messages) {
      const request = read(appendMessage, message);
      if (E.isLeft(request)) return request.left;
      const { options, proposed } = request.right;
      if (target === undefined || options !== undefined) {
        const named = targetOf(options);
        if (E.isLeft(named)) return named.left;
        target = named.right;
        // Nothing is collected of what is not allowed. Rights are asked again when it is whole, which may be much later.
        const allowed = await call.caller.may(appendingTo(target.stream))();
        if (E.isLeft(allowed)) return tell(allowed.left).status;
      }
      if (proposed === undefined) continue;
      const event = eventOf(proposed);
      if (E.isLeft(event)) return event.left;
      bytes += event.right.bytes;
      events.push(event.right.event);
      const refused = sizeRefused({ bytes, events: events.length }, appending.most);
      if (refused !== undefined) return tell(refused).status;
      if (!call.uploads.take(event.right.bytes)) return uploadsTooLarge;
    }
    if (target === undefined) return refusedAs('invalidArgument', 'the append has no options');
    const answer = await appendFor(appending, call, { ...target, events })();
    if (E.isRight(answer)) await call.send(tellDone(answer.right));
    else if (answer.left.type === 'conflict') await call.send(conflictAnswer(answer.left));
    else return tell(answer.left).status;
    return done;
  };

/** Streams/Append. */
export const append = (appending: Appending) => appendTelling(appending, appendAnswer);

/** `appendStampedPath`. */
export const appendStamped = (appending: Appending) => appendTelling(appending, stampedAnswer);
