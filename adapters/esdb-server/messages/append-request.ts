import { isUtf8 } from 'node:buffer';
import { either as E } from 'fp-ts';
import type { ClientEvent, ClientExpectation, Content } from '../../../domain/port/client-log.ts';
import { shown } from '../../../domain/shown.ts';
import { type GrpcStatus, refusedAs } from '../grpc/status.ts';
import type { Proposed } from './append-messages.ts';
import { longestName, streamName, uuidIn } from './identifier.ts';
import type { WriteOptions } from './write-options.ts';

/** Which stream a write is for, and what its client takes it to be. */
export type Target = { readonly stream: string; readonly expected: ClientExpectation };

export const targetOf = (options: WriteOptions | undefined): E.Either<GrpcStatus, Target> => {
  if (options === undefined)
    return E.left(refusedAs('invalidArgument', 'the first message of a write has its options'));
  const { expected } = options;
  return E.map((stream: string): Target => ({ stream, expected }))(streamName(options.stream));
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
