import type { AccessDenied } from '../../domain/port/access.ts';
import type {
  ClientAppendFailure,
  ClientExpectation,
  StreamReadRefused,
} from '../../domain/port/client-log.ts';
import type { ExpectedRevision } from '../../domain/port/event-store.ts';
import { gone } from './grpc/messages.ts';
import { type GrpcStatus, refusedAs } from './grpc/status.ts';
import type { Writer } from './protobuf/writer.ts';

/** Why a call is not done. */
export type Refusal =
  | ClientAppendFailure
  | Exclude<StreamReadRefused, { readonly type: 'stream-not-found' }>
  | AccessDenied
  | { readonly type: 'append-too-large'; readonly most: number }
  | { readonly type: 'too-many-events'; readonly most: number }
  /** The deadline that an append names was over before it was whole. */
  | { readonly type: 'append-late' }
  /** The call was over before it was begun: its deadline passed, its client hung up, its credential was revoked. */
  | { readonly type: 'given-up' }
  /** What came is none of EventStoreDB's messages, or not a whole one. */
  | { readonly type: 'malformed'; readonly status: GrpcStatus };

/** As a call's status, and as the message that BatchAppend has for it (shared.proto) inside its google.rpc.Status. */
export type ToldRefusal = {
  readonly status: GrpcStatus;
  readonly detail: { readonly message: string; readonly write: (writer: Writer) => void };
};

const nothing = (): void => undefined;
const withWords = (status: GrpcStatus): ToldRefusal => ({
  status,
  detail: { message: 'BadRequest', write: (writer) => writer.text(1, status.message) },
});

/** The one place where refusals become gRPC's codes, trailers and details. */
export const tell = (refusal: Refusal): ToldRefusal => {
  switch (refusal.type) {
    case 'conflict':
      return wrongVersion(refusal);
    case 'stream-deleted': {
      const words = `the stream ${refusal.stream} is deleted for ever`;
      const trailers = { exception: 'stream-deleted', 'stream-name': refusal.stream };
      return {
        status: refusedAs('failedPrecondition', words, trailers),
        detail: {
          message: 'StreamDeleted',
          write: (writer) => writer.message(1, () => writer.text(3, refusal.stream)),
        },
      };
    }
    case 'access-denied':
    case 'ledger-stream-kept':
      return {
        status: refusedAs('permissionDenied', refusal.reason, { exception: 'access-denied' }),
        detail: { message: 'AccessDenied', write: nothing },
      };
    case 'append-too-large': {
      const words = `the append has more than ${refusal.most} bytes: make it of several, or of smaller events`;
      const trailers = {
        exception: 'maximum-append-size-exceeded',
        'maximum-append-size': String(refusal.most),
      };
      return {
        status: refusedAs('invalidArgument', words, trailers),
        detail: {
          message: 'MaximumAppendSizeExceeded',
          write: (writer) => writer.number(1, refusal.most),
        },
      };
    }
    case 'too-many-events':
      return withWords(
        refusedAs('invalidArgument', `the append has more than ${refusal.most} events: make it of several`),
      );
    case 'append-late':
      return {
        status: refusedAs('deadlineExceeded', 'the deadline of the append passed before it came'),
        detail: { message: 'Timeout', write: nothing },
      };
    case 'given-up':
      return withWords(gone);
    case 'event-refused':
      return withWords(refusedAs('invalidArgument', refusal.reason));
    case 'unavailable':
      return withWords(refusedAs('unavailable', refusal.reason));
    case 'malformed':
      return withWords(refusal.status);
  }
};

/** EventStoreDB's numbers for what is no revision. */
const asNumber = (revision: ClientExpectation): number => {
  if (typeof revision === 'number') return revision;
  return { 'no-stream': -1, any: -2, 'stream-exists': -4 }[revision];
};

const wrongVersion = ({
  stream,
  expected,
  actual,
}: {
  readonly stream: string;
  readonly expected: ClientExpectation;
  readonly actual: ExpectedRevision;
}): ToldRefusal => ({
  status: refusedAs(
    'failedPrecondition',
    `${stream} was expected at ${expected} and is at ${actual}: read it again`,
    {
      exception: 'wrong-expected-version',
      'stream-name': stream,
      'expected-version': String(asNumber(expected)),
      // Clients take its absence for "no stream".
      ...(actual !== 'no-stream' && { 'actual-version': String(actual) }),
    },
  ),
  detail: {
    message: 'WrongExpectedVersion',
    write: (writer) => {
      if (expected === 'no-stream') writer.empty(6);
      else if (expected === 'stream-exists') writer.empty(5);
      else if (expected === 'any') writer.empty(4);
      else writer.number(3, expected);
      if (actual === 'no-stream') writer.empty(2);
      else writer.number(1, actual);
    },
  },
});
