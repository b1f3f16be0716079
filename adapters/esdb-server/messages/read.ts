import { either as E } from 'fp-ts';
import { type GrpcStatus, refusedAs } from '../grpc/status.ts';

type Readable<Message> = { readonly deserializeBinary: (bytes: Buffer) => Message };

/** A request's message; on the left for bytes that are none. */
export const read = <Message>(
  { deserializeBinary }: Readable<Message>,
  bytes: Buffer,
): E.Either<GrpcStatus, Message> =>
  E.tryCatch(
    () => deserializeBinary(bytes),
    () => refusedAs('invalidArgument', 'the request cannot be read: it is no message of this method'),
  );
