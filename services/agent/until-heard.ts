import { either as E } from 'fp-ts';
import type { AttachmentId } from '../../domain/host/attachment.ts';
import type { HttpAnswer } from '../../domain/port/http.ts';
import { attachmentFields } from './log-fields.ts';
import type { AgentPorts } from './ports.ts';

/** An answer that is undone when nobody hears it, and until then has the turn in which it was made. */
export type UntilHeard = {
  /** For the turn to hold: resolves when the answer has left, or behind `undo`. */
  readonly orUndo: (undo: () => Promise<E.Either<unknown, unknown>>) => Promise<void>;
  /** Gives the answer; one that is not made was not heard. */
  readonly answering: (make: () => Promise<HttpAnswer>) => Promise<HttpAnswer>;
};

/** Nobody will DEL what nobody knows of; and what asks again finds it as it was left, so not before it is undone. What cannot be undone is told. */
export const untilHeard = (
  { log }: Pick<AgentPorts, 'log'>,
  request: AttachmentId & { readonly requestId: string },
): UntilHeard => {
  const { promise: heard, resolve } = Promise.withResolvers<boolean>();
  return {
    orUndo: async (undo) => {
      if (await heard) return;
      const undone = await undo().catch((defect: unknown) => E.left(String(defect)));
      if (E.isRight(undone)) return;
      log.error('an ADD that nobody heard of could not be undone; its addresses stay held', {
        ...attachmentFields(request),
        requestId: request.requestId,
        failure: undone.left,
      });
    },
    answering: async (make) => {
      try {
        const { after, ...made } = await make();
        return {
          ...made,
          unheard: () => resolve(false),
          after: () => {
            resolve(true);
            after?.();
          },
        };
      } catch (defect) {
        resolve(false);
        throw defect;
      }
    },
  };
};
