import type { UnreadableEvent } from '../domain/event.ts';
import type { AppendFailure, ReadFailure } from '../domain/port/event-store.ts';

/** Why a stream cannot be read or appended to. */
export type StreamFailure = AppendFailure | ReadFailure | UnreadableEvent;

const streamFailures: Readonly<Record<StreamFailure['type'], true>> = {
  conflict: true,
  'duplicate-event-id': true,
  'too-large': true,
  rejected: true,
  denied: true,
  restored: true,
  unavailable: true,
  archived: true,
  'unreadable-envelope': true,
  'unknown-event': true,
  'unreadable-payload': true,
};

/** Whether the log failed, and not a decision refused. */
export const isStreamFailure = <Failure extends { readonly type: string }>(
  failure: Failure | StreamFailure,
): failure is StreamFailure => failure.type in streamFailures;
