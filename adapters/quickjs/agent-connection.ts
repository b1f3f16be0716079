import { connect } from 'evio:runtime';
import * as os from 'quickjs:os';
import { either as E, type taskEither as TE } from 'fp-ts';
import type {
  AgentAnswer,
  AgentConnection,
  AgentConnectionFailure,
} from '../../domain/port/agent-connection.ts';
import { readPieces, writeAll } from './descriptor.ts';
import { readHttpAnswer } from './http-answer.ts';

type Answered = E.Either<AgentConnectionFailure, AgentAnswer>;

const requestBytes = (method: string, path: string, body: unknown): Uint8Array<ArrayBuffer> => {
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

/** By errno of connect(2) on a unix socket: unix(7). */
const wordsFor: Readonly<Record<number, string>> = {
  2: 'there is no socket (ENOENT)',
  11: 'its queue of connections is full (EAGAIN)',
  13: 'this process may not use the socket (EACCES)',
  36: 'the path is longer than the 107 bytes of a socket address (ENAMETOOLONG)',
  111: 'nobody listens on the socket (ECONNREFUSED)',
};

/** The agent over the runtime's own descriptors. */
export const connectAgent = (socketPath: string): AgentConnection => ({
  call:
    (method, path, body, timeoutMs): TE.TaskEither<AgentConnectionFailure, AgentAnswer> =>
    () =>
      new Promise<Answered>((resolve) => {
        const fd = connect(socketPath);
        if (fd < 0) {
          const reason = wordsFor[-fd] ?? `connect(2) failed with errno ${-fd}`;
          return resolve(E.left({ type: 'agent-unreachable', socket: socketPath, reason }));
        }
        // An agent that goes away while it is written to shows at reading, too; it must not end this process.
        os.signal(os.SIGPIPE, undefined);
        // First of all: the agent works while everything else here is prepared.
        void writeAll(fd, requestBytes(method, path, body));
        let received: Uint8Array = new Uint8Array(0);
        const end = (answer: Answered): void => {
          clearTimeout(timeout);
          stopReading();
          os.setWriteHandler(fd, null);
          os.close(fd);
          resolve(answer);
        };
        const hungUp = (reason: string): void =>
          end(E.left({ type: 'agent-hung-up', socket: socketPath, reason }));
        const timeout = setTimeout(() => hungUp(`no answer within ${timeoutMs} ms`), timeoutMs);

        const receive = (bytes: Uint8Array): 'more' | 'enough' => {
          if (bytes.length === 0) {
            hungUp('the connection was closed before the whole answer');
            return 'enough';
          }
          received = joined(received, bytes);
          const answer = readHttpAnswer(received);
          switch (answer.type) {
            case 'incomplete':
              return 'more';
            case 'malformed':
              hungUp(answer.reason);
              return 'enough';
            case 'complete': {
              const content = parsed(answer.body);
              if (E.isLeft(content)) hungUp(content.left);
              else end(E.right({ status: answer.status, body: content.right }));
              return 'enough';
            }
          }
        };
        const stopReading = readPieces(fd, receive, hungUp);
      }),
});
