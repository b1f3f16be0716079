import type { ReadFailure } from '../domain/port/event-store.ts';

/** What the readers of the ports throw: a `ReadFailure` that is an `Error`. Anything else that is thrown is a defect. */
export const isReadFailure = (error: unknown): error is ReadFailure & Error =>
  error instanceof Error &&
  'type' in error &&
  ['unavailable', 'archived', 'denied', 'restored', 'unreadable-envelope'].includes(String(error.type));

/** The failure without what an `Error` has besides. */
export const plain = (failure: ReadFailure): ReadFailure => {
  if (failure.type === 'unreadable-envelope')
    return { type: failure.type, id: failure.id, reason: failure.reason };
  if (failure.type === 'denied')
    return {
      type: failure.type,
      reason: failure.reason,
      ...(failure.credential && { credential: failure.credential }),
    };
  if (failure.type !== 'archived') return { type: failure.type, reason: failure.reason };
  const { type, stream, from, to, archive } = failure;
  return { type, stream, from, to, archive };
};
