/** The status codes of gRPC that we answer with (grpc.io, "Status codes and their use in gRPC"). */
export const grpcCode = {
  ok: 0,
  cancelled: 1,
  invalidArgument: 3,
  deadlineExceeded: 4,
  permissionDenied: 7,
  resourceExhausted: 8,
  failedPrecondition: 9,
  unimplemented: 12,
  internal: 13,
  unavailable: 14,
  unauthenticated: 16,
} as const;

export type GrpcCode = (typeof grpcCode)[keyof typeof grpcCode];

/** How a call ends. The trailers are what EventStoreDB's clients make their typed errors of. */
export type GrpcStatus = {
  readonly code: GrpcCode;
  readonly message: string;
  readonly trailers?: Readonly<Record<string, string>>;
};

export const done: GrpcStatus = { code: grpcCode.ok, message: '' };

export const refusedAs = (
  code: keyof typeof grpcCode,
  message: string,
  trailers?: Readonly<Record<string, string>>,
): GrpcStatus => ({ code: grpcCode[code], message, ...(trailers && { trailers }) });

/** Percent-encoded as gRPC wants its `grpc-message`: all but printable ASCII, and the percent sign itself. */
const encoded = (text: string): string =>
  [...Buffer.from(text)]
    .map((byte) =>
      byte >= 0x20 && byte <= 0x7e && byte !== 0x25
        ? String.fromCharCode(byte)
        : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`,
    )
    .join('');

/** Header fields are ASCII: what is not (a stream's name may be any text) is percent-encoded as the message is. */
export const trailersOf = ({ code, message, trailers = {} }: GrpcStatus): Record<string, string> => ({
  'grpc-status': String(code),
  ...(message !== '' && { 'grpc-message': encoded(message) }),
  ...Object.fromEntries(Object.entries(trailers).map(([key, value]) => [key, encoded(value)])),
});
