import { either as E } from 'fp-ts';
import { type QueuedDel, readQueuedDel } from '../../domain/cni/queued-del.ts';
import type { Refusal } from '../../domain/cni/refusal.ts';
import type { FilesFailure } from '../../domain/port/files.ts';
import { attachmentFields } from './log-fields.ts';
import type { AgentPorts } from './ports.ts';

type Ports = Pick<AgentPorts, 'delQueue' | 'log'>;

const refused = ({ path, reason }: FilesFailure): E.Either<Refusal, never> =>
  E.left({ type: 'queue-unreadable', path, reason });

/**
 * Has the queued DEL of this name followed, and then removes it: right, whether it was there. One that cannot be read is named and
 * left. To be called in the turn of its attachment, so that no ADD comes between the deletion and the removal: what is found under
 * the name later was queued later.
 */
export const followQueued = async (
  { delQueue, log }: Ports,
  name: string,
  follow: (del: QueuedDel) => Promise<E.Either<Refusal, unknown>>,
): Promise<E.Either<Refusal, boolean>> => {
  const text = await delQueue.read(name)();
  if (E.isLeft(text)) return refused(text.left);
  if (text.right === undefined) return E.right(false);
  const del = readQueuedDel(name, text.right);
  if (E.isLeft(del)) {
    log.error('a queued DEL cannot be followed and was left', {
      file: `${delQueue.folder}/${name}`,
      reason: del.left,
    });
    return E.right(false);
  }
  const followed = await follow(del.right);
  if (E.isLeft(followed)) return followed;
  const removed = await delQueue.remove(name)();
  return E.isLeft(removed) ? refused(removed.left) : E.right(true);
};

/** Of a queued DEL that speaks of what was here before. */
export const passOver = (
  { log }: Ports,
  { attachment, requestId }: QueuedDel,
  judgement: string,
): E.Either<never, undefined> => {
  log.info('a queued DEL does not mean what is here now', {
    ...attachmentFields(attachment),
    requestId,
    judgement,
  });
  return E.right(undefined);
};

/**
 * What an ADD does first, in its turn: a DEL that waits for its attachment, under this name, means what was there before. A plugin may
 * have queued it a moment ago, when this agent did not answer, and the runtime was told that the attachment is gone.
 */
export const followOwn = async (
  { delQueue }: Ports,
  name: string | undefined,
  follow: (name: string) => Promise<E.Either<Refusal, unknown>>,
): Promise<E.Either<Refusal, undefined>> => {
  if (name === undefined || !delQueue.holds(name)) return E.right(undefined);
  const followed = await follow(name);
  if (E.isLeft(followed)) return followed;
  const flushed = await delQueue.flush()();
  return E.isLeft(flushed) ? refused(flushed.left) : E.right(undefined);
};
