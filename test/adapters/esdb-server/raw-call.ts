import { type ClientHttp2Session, connect } from 'node:http2';
import type { ExecutionContext } from 'ava';

/** A connection that says what it likes, where an official client would know better. It ends with the test. */
export const rawConnection = (t: ExecutionContext, port: number): ClientHttp2Session => {
  const session = connect(`http://127.0.0.1:${port}`);
  session.on('error', () => undefined);
  t.teardown(() => session.destroy());
  return session;
};

export type RawAnswer = {
  readonly headers: Readonly<Record<string, unknown>>;
  /** Of a call that ended without a message they are among the headers. */
  readonly trailers: Readonly<Record<string, unknown>>;
  readonly body: Buffer;
  readonly resetBy: number;
};

export const framed = (message: Uint8Array, compressed = 0): Buffer => {
  const head = Buffer.alloc(5);
  head[0] = compressed;
  head.writeUInt32BE(message.length, 1);
  return Buffer.concat([head, message]);
};

/** Sends a request's body, in these chunks, and waits for the call's end. `open`: without ending the request. */
export const rawCall = (
  session: ClientHttp2Session,
  path: string,
  chunks: ReadonlyArray<Uint8Array>,
  {
    headers = {},
    open = false,
  }: { readonly headers?: Readonly<Record<string, string>>; readonly open?: boolean } = {},
): Promise<RawAnswer> =>
  new Promise((resolve) => {
    const request = session.request({
      ':method': 'POST',
      ':path': path,
      'content-type': 'application/grpc',
      te: 'trailers',
      ...headers,
    });
    let answered: Readonly<Record<string, unknown>> = {};
    let trailers: Readonly<Record<string, unknown>> = {};
    const body: Buffer[] = [];
    request.on('response', (found) => {
      answered = found;
    });
    request.on('trailers', (found) => {
      trailers = found;
    });
    request.on('data', (chunk: Buffer) => body.push(chunk));
    request.on('error', () => undefined);
    request.on('close', () =>
      resolve({
        headers: answered,
        trailers: 'grpc-status' in answered ? answered : trailers,
        body: Buffer.concat(body),
        resetBy: request.rstCode,
      }),
    );
    for (const chunk of chunks) request.write(chunk);
    if (!open) request.end();
  });
