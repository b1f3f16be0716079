import { either as E, type taskEither as TE } from 'fp-ts';
import type {
  AgentAnswer,
  AgentConnection,
  AgentConnectionFailure,
} from '../../domain/port/agent-connection.ts';
import { readHttpAnswer } from './http-answer.ts';
import { connect, type Socket } from './runtime.ts';

type Answered = E.Either<AgentConnectionFailure, AgentAnswer>;

const requestBytes = (method: string, path: string, body: unknown): Uint8Array => {
  const encoder = new TextEncoder();
  const content = body === undefined ? '' : JSON.stringify(body);
  const length = encoder.encode(content).length;
  return encoder.encode(
    `${method} ${path} HTTP/1.1\r\nHost: evio-agent\r\nConnection: close\r\nContent-Type: application/json\r\nContent-Length: ${length}\r\n\r\n${content}`,
  );
};

const joined = (before: Uint8Array, more: Uint8Array): Uint8Array => {
  const all = new Uint8Array(before.length + more.length);
  all.set(before);
  all.set(more, before.length);
  return all;
};

const parsed = (text: string): E.Either<string, unknown> => {
  try {
    return E.right(JSON.parse(text));
  } catch {
    return E.left(`its answer is no JSON: ${text.slice(0, 80)}`);
  }
};

const wordsFor = (error: unknown): string => {
  const code = error instanceof Error && 'code' in error ? String(error.code) : undefined;
  switch (code) {
    case 'ENOENT':
      return 'there is no socket (ENOENT)';
    case 'ECONNREFUSED':
      return 'nobody listens on the socket (ECONNREFUSED)';
    case 'EACCES':
      return 'this process may not use the socket (EACCES)';
    default:
      return error instanceof Error ? error.message : String(error);
  }
};

/**
 * The agent over bun's own sockets. Not over its fetch: that hides which of the two failures it was, and heeds
 * environment variables that print requests.
 */
export const connectAgent = (socketPath: string): AgentConnection => ({
  call:
    (method, path, body, timeoutMs): TE.TaskEither<AgentConnectionFailure, AgentAnswer> =>
    () =>
      new Promise<Answered>((resolve) => {
        let toSend = requestBytes(method, path, body);
        let received: Uint8Array = new Uint8Array(0);
        let socket: Socket | undefined;
        const timeout = setTimeout(() => hungUp(`no answer within ${timeoutMs} ms`), timeoutMs);

        const end = (answer: Answered): void => {
          clearTimeout(timeout);
          resolve(answer);
          socket?.terminate();
        };
        const unreachable = (error: unknown): void =>
          end(E.left({ type: 'agent-unreachable', socket: socketPath, reason: wordsFor(error) }));
        const hungUp = (reason: string): void =>
          end(E.left({ type: 'agent-hung-up', socket: socketPath, reason }));
        const send = (open: Socket): void => {
          socket = open;
          const written = toSend.length === 0 ? 0 : open.write(toSend);
          if (written > 0) toSend = toSend.subarray(written);
        };
        const receive = (bytes: Uint8Array): void => {
          received = joined(received, bytes);
          const answer = readHttpAnswer(received);
          switch (answer.type) {
            case 'incomplete':
              break;
            case 'malformed':
              hungUp(answer.reason);
              break;
            case 'complete': {
              const content = parsed(answer.body);
              if (E.isLeft(content)) hungUp(content.left);
              else end(E.right({ status: answer.status, body: content.right }));
            }
          }
        };

        connect({
          unix: socketPath,
          socket: {
            open: send,
            drain: send,
            data: (_, bytes) => receive(bytes),
            end: () => hungUp('the connection was closed before the whole answer'),
            close: () => hungUp('the connection was closed before the whole answer'),
            error: (_, error) => hungUp(wordsFor(error)),
            connectError: (_, error) => unreachable(error),
          },
        }).catch(unreachable);
      }),
});
