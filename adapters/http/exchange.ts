import { either as E } from 'fp-ts';
import type { HttpAnswer, HttpHandler } from '../../domain/port/http.ts';

/** An answer as it is sent. */
export type Written = {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | number>>;
  readonly text: string;
};

/** One request, however its bytes came. */
export type Asked = {
  readonly method: string;
  /** Path and query as the request line has them. */
  readonly target: string;
  readonly body: () => Promise<E.Either<HttpAnswer, unknown>>;
  readonly gone: AbortSignal;
  /** When its connection came, on the clock of `performance.now()`. */
  readonly receivedAt: number;
  /** Resolves when the answer has left, or nobody waits for it any more. */
  readonly send: (answer: Written) => Promise<void>;
};

/** JSON, or what to answer to what is none. */
export const parsed = (text: string): E.Either<HttpAnswer, unknown> => {
  if (text === '') return E.right(undefined);
  try {
    return E.right(JSON.parse(text));
  } catch {
    return E.left({ status: 400, body: { error: { msg: 'the body is not JSON' } } });
  }
};

const defect: HttpAnswer = {
  status: 500,
  body: { error: { msg: 'a defect of the agent; its log has the reason' } },
};

/** Throws on a body that has no text: a defect of the handler. */
const written = ({ status, body, contentType }: HttpAnswer, receivedAt: number): Written => {
  const text = contentType === undefined ? JSON.stringify(body) : String(body);
  return {
    status,
    text,
    headers: {
      // Server Timing (W3C): milliseconds from the connection to the answer.
      'server-timing': `total;dur=${(performance.now() - receivedAt).toFixed(3)}`,
      'content-type': contentType ?? 'application/json',
      'content-length': Buffer.byteLength(text),
      connection: 'close',
    },
  };
};

/** From the request to its answer. A defect in the handler becomes status 500; nobody who is gone is answered, and whose answer did not leave is told so. */
export const exchange = async (
  handler: HttpHandler,
  onDefect: (error: unknown) => void,
  { method, target, body, gone, receivedAt, send }: Asked,
): Promise<void> => {
  const [path = '/', query = ''] = target.split('?', 2);
  let answer: HttpAnswer | undefined;
  let sent = false;
  try {
    const read = await body();
    answer = E.isLeft(read)
      ? read.left
      : await handler({
          method,
          path,
          query: query === '' ? {} : Object.fromEntries(new URLSearchParams(query)),
          body: read.right,
          gone,
        });
    if (!gone.aborted) {
      const whole = written(answer, receivedAt);
      sent = true;
      await send(whole);
    }
  } catch (error) {
    onDefect(error);
    if (!sent && !gone.aborted) await send(written(defect, receivedAt));
  }
  try {
    // The kernel may say only to the write that the client is gone.
    if (!sent || gone.aborted) answer?.unheard?.();
    answer?.after?.();
  } catch (error) {
    onDefect(error);
  }
};
