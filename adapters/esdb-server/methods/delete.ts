import { either as E, function as F, taskEither as TE } from 'fp-ts';
import type { ClientLog } from '../../../domain/port/client-log.ts';
import type { Call } from '../grpc/call.ts';
import { onlyMessage } from '../grpc/messages.ts';
import { done, type GrpcStatus } from '../grpc/status.ts';
import { deletionAnswer } from '../messages/append-answer.ts';
import { targetOf } from '../messages/append-request.ts';
import { read } from '../messages/read.ts';
import { deletionMessage } from '../messages/write-options.ts';
import { type Refusal, tell } from '../refusal.ts';
import { stillWanted } from './appending.ts';

/** Streams/Delete and Streams/Tombstone: requests and answers have the same fields. */
const ending =
  (log: Pick<ClientLog, 'delete' | 'tombstone'>, how: 'delete' | 'tombstone') =>
  async (call: Call): Promise<GrpcStatus> => {
    const options = read(deletionMessage, await onlyMessage(call.messages));
    const target = E.flatMap(targetOf)(options);
    if (E.isLeft(target)) return target.left;
    const deleted = await F.pipe(
      call.caller.may({ action: how, stream: target.right.stream }),
      TE.mapLeft((denied): Refusal => denied),
      TE.flatMapEither(() => stillWanted(call)),
      TE.flatMap(() => log[how](target.right)),
    )();
    if (E.isLeft(deleted)) return tell(deleted.left).status;
    await call.send(deletionAnswer(deleted.right));
    return done;
  };

export const deleteStream = (log: ClientLog) => ending(log, 'delete');
export const tombstoneStream = (log: ClientLog) => ending(log, 'tombstone');
