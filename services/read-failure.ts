import type { ReadFailure } from '../domain/port/event-store.ts';

/** What the readers of the ports throw: a `ReadFailure` that is an `Error`. Anything else that is thrown is a defect. */
export const isReadFailure = (error: unknown): error is ReadFailure & Error =>
  error instanceof Error && 'type' in error && error.type === 'unavailable';
