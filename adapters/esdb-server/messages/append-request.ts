import { isUtf8 } from 'node:buffer';
import type { StreamIdentifier } from '@eventstore/db-client/generated/shared_pb.js';
import { either as E } from 'fp-ts';
import type { ClientEvent, ClientExpectation, Content } from '../../../domain/port/client-log.ts';
import { shown } from '../../../domain/shown.ts';
import { type GrpcStatus, refusedAs } from '../grpc/status.ts';
import type { Proposed } from './append-messages.ts';
import { longestName, streamName, uuidIn } from './identifier.ts';

/** Which stream a write is for, and what its client takes it to be. */
export type Target = { readonly stream: string; readonly expected: ClientExpectation };

/** What the options of every write have, whatever they call the revision. */
export type TargetOptions = {
  readonly getStreamIdentifier: () => StreamIdentifier | undefined;
  readonly hasNoStream: () => boolean;
  readonly hasAny: () => boolean;
  readonly hasStreamExists: () => boolean;
};

export const targetOf = (
  options: TargetOptions | undefined,
  revision: string | undefined,
): E.Either<GrpcStatus, Target> => {
  if (options === undefined)
    return E.left(refusedAs('invalidArgument', 'the first message of a write has its options'));
  return E.map((stream: string): Target => ({ stream, expected: expectationOf(options, revision) }))(
    streamName(options.getStreamIdentifier()),
  );
};

const expectationOf = (options: TargetOptions, revision: string | undefined): ClientExpectation => {
  if (options.hasNoStream()) return 'no-stream';
  if (options.hasStreamExists()) return 'stream-exists';
  if (options.hasAny()) return 'any';
  return Number(revision ?? 0);
};

/** What an event takes beside its texts: its id and hash, and its places in the log. */
const perEvent = 128;

/** Of its own, so that a small event does not keep the message that it came in. */
const contentOf = (bytes: Buffer): Content => (isUtf8(bytes) ? bytes.toString() : Buffer.from(bytes));

/** An event as the client sent it. `bytes`: what it counts of the most that an append may have. */
export const eventOf = (
  proposed: Proposed,
): E.Either<GrpcStatus, { readonly event: ClientEvent; readonly bytes: number }> => {
  const { type, contentType = 'application/octet-stream', data, metadata } = proposed;
  if (type === undefined || type === '')
    return E.left(
      refusedAs('invalidArgument', 'an event has no type: give it in its metadata', {
        exception: 'missing-required-metadata-property',
        'required-metadata-properties': 'type',
      }),
    );
  for (const [what, text] of [
    ['type', type],
    ['content type', contentType],
  ] as const)
    if (Buffer.byteLength(text) > longestName)
      return E.left(
        refusedAs(
          'invalidArgument',
          `the ${what} ${shown(text)} has more than ${longestName} bytes: give it a shorter one`,
        ),
      );
  return E.map((id: string) => ({
    event: { id, type, contentType, data: contentOf(data), metadata: contentOf(metadata) },
    bytes:
      data.length + metadata.length + Buffer.byteLength(type) + Buffer.byteLength(contentType) + perEvent,
  }))(uuidIn(proposed.id));
};
