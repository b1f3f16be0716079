import { createConnection } from 'node:net';
import { either as E } from 'fp-ts';
import { makeFraming } from './framing.ts';

/** JSON-RPC 1.0 to the database over one unix socket (RFC 7047, section 4). */
export type Connection = {
  /** Left when the connection is gone or no answer came in time; the connection is given up then. */
  readonly request: (method: string, params: ReadonlyArray<unknown>) => Promise<E.Either<string, Answer>>;
  readonly close: (reason: string) => void;
};

export type Answer = { readonly result: unknown; readonly error: unknown };

export type ConnectionOptions = {
  readonly socketPath: string;
  /** For connecting, and for each answer. */
  readonly answerTimeoutMs: number;
  readonly onNotification: (method: string, params: ReadonlyArray<unknown>) => void;
  /** Called once when a connection that was there is gone, whoever ended it. */
  readonly onClosed: (reason: string) => void;
};

type Message = {
  readonly id?: unknown;
  readonly method?: unknown;
  readonly params?: unknown;
  readonly result?: unknown;
  readonly error?: unknown;
};

type Pending = (answer: E.Either<string, Answer>) => void;

/** Resolves once connected; left says why not. */
export const connect = (options: ConnectionOptions): Promise<E.Either<string, Connection>> =>
  new Promise((resolve) => {
    const socket = createConnection({ path: options.socketPath });
    const framing = makeFraming();
    const pending = new Map<number, Pending>();
    let nextId = 0;
    let connected = false;
    let gone: string | undefined;

    const close = (reason: string): void => {
      if (gone !== undefined) return;
      gone = reason;
      clearTimeout(connecting);
      socket.destroy();
      for (const answer of pending.values()) answer(E.left(reason));
      pending.clear();
      if (connected) options.onClosed(reason);
      else resolve(E.left(reason));
    };
    const connecting = setTimeout(() => close('could not connect in time'), options.answerTimeoutMs);

    const send = (message: Message): void => {
      socket.write(JSON.stringify(message));
    };

    const request: Connection['request'] = (method, params) =>
      new Promise((answered) => {
        if (gone !== undefined) return answered(E.left(gone));
        const id = nextId++;
        const timer = setTimeout(
          () => close(`no answer to ${method} within ${options.answerTimeoutMs} ms`),
          options.answerTimeoutMs,
        );
        pending.set(id, (answer) => {
          clearTimeout(timer);
          answered(answer);
        });
        send({ id, method, params });
      });

    const receive = (message: Message): void => {
      if (typeof message.method === 'string') {
        const params = Array.isArray(message.params) ? message.params : [];
        // The server drops a client that does not echo (RFC 7047, section 4.1.11).
        if (message.method === 'echo') send({ id: message.id, result: params, error: null });
        else options.onNotification(message.method, params);
        return;
      }
      const answer = typeof message.id === 'number' ? pending.get(message.id) : undefined;
      if (answer === undefined) return;
      pending.delete(message.id as number);
      answer(E.right({ result: message.result, error: message.error }));
    };

    socket.on('data', (chunk: Buffer) => {
      const texts = framing(chunk);
      if (E.isLeft(texts)) return close(`not JSON-RPC: ${texts.left}`);
      for (const text of texts.right) {
        const message = parse(text);
        if (message === undefined) return close(`not JSON: ${text.slice(0, 80)}`);
        receive(message);
      }
    });
    socket.on('error', (error) => close(error.message));
    socket.on('close', () => close('the database closed the connection'));
    socket.on('connect', () => {
      clearTimeout(connecting);
      connected = true;
      resolve(E.right({ request, close }));
    });
  });

const parse = (text: string): Message | undefined => {
  try {
    return JSON.parse(text) as Message;
  } catch {
    return undefined;
  }
};
