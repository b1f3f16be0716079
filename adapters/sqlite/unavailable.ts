import type { ReadFailure } from '../../domain/port/event-store.ts';

/** An iteration has no other way to fail than to throw: this is what the ports' readers throw. */
export const unavailable = (reason: string): Error & ReadFailure =>
  Object.assign(new Error(reason), { type: 'unavailable' as const, reason });
