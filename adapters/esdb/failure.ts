import { convertToCommandError, ErrorType, isCommandError } from '@eventstore/db-client';
import type { Denied, Unavailable } from '../../domain/port/event-store.ts';

/** Why a call came to nothing. */
export type CallFailure =
  /** Nobody knows whether the call was heard: it may be made again. */
  | Unavailable
  | Denied
  | { readonly type: 'conflict' }
  | { readonly type: 'too-large'; readonly reason: string }
  /** Made again, it would fail again. */
  | { readonly type: 'rejected'; readonly reason: string };

/** UNAUTHENTICATED: the client makes one error of it and of PERMISSION_DENIED. */
const unauthenticated = 16;

const unimplemented = 12;

/** What is there knows no such method. */
export const isUnimplemented = (error: unknown): boolean =>
  (error as { readonly code?: unknown } | null)?.code === unimplemented;

const deadlineExceeded = 4;

/** The call was given up here: nothing was heard of who was called. */
export const isOverdue = (error: unknown): boolean =>
  (error as { readonly code?: unknown } | null)?.code === deadlineExceeded;

/** A gRPC status that the client has no name for (https://grpc.github.io/grpc/core/md_doc_statuscodes.html). */
const byStatus = (code: unknown, reason: string): CallFailure => {
  switch (code) {
    case 3: // INVALID_ARGUMENT
    case 9: // FAILED_PRECONDITION
    case 11: // OUT_OF_RANGE
    case 12: // UNIMPLEMENTED
      return { type: 'rejected', reason };
    case 7: // PERMISSION_DENIED
      return { type: 'denied', reason };
    default:
      return { type: 'unavailable', reason };
  }
};

/** The one place where what the client throws becomes a failure with a name. */
export const callFailure = (thrown: unknown): CallFailure => {
  const error = thrown instanceof Error ? convertToCommandError(thrown) : new Error(String(thrown));
  // What the client knows of a name that it did not have to look up: nothing.
  const reason = error.message.replace(/\s*Resolution note:\s*$/, '').trim();
  if (!isCommandError(error)) return byStatus((error as { readonly code?: unknown }).code, reason);
  switch (error.type) {
    case ErrorType.WRONG_EXPECTED_VERSION:
      return { type: 'conflict' };
    case ErrorType.MAXIMUM_APPEND_SIZE_EXCEEDED:
      return { type: 'too-large', reason };
    case ErrorType.ACCESS_DENIED:
      return error.code === unauthenticated
        ? { type: 'denied', reason, credential: 'refused' }
        : { type: 'denied', reason };
    case ErrorType.STREAM_DELETED:
    case ErrorType.INVALID_ARGUMENT:
    case ErrorType.INVALID_TRANSACTION:
    case ErrorType.MISSING_REQUIRED_METADATA_PROPERTY:
    case ErrorType.UNSUPPORTED:
      return { type: 'rejected', reason };
    default:
      return byStatus(error.code, reason);
  }
};
