import { either as E } from 'fp-ts';
import { type GrpcStatus, refusedAs } from '../grpc/status.ts';

type Generated<Message> = { readonly deserializeBinary: (bytes: Uint8Array) => Message };

/** A request's message; on the left for bytes that are none. */
export const read = <Message>(
  { deserializeBinary }: Generated<Message>,
  bytes: Uint8Array,
): E.Either<GrpcStatus, Message> =>
  E.tryCatch(
    () => deserializeBinary(bytes),
    () => refusedAs('invalidArgument', 'the request cannot be read: it is no message of this method'),
  );
