import type { IncomingMessage } from 'node:http';
import { either as E, type taskEither as TE } from 'fp-ts';
import type {
  AgentAnswer,
  AgentConnection,
  AgentConnectionFailure,
} from '../../domain/port/agent-connection.ts';
import { request } from './node-http.ts';

type Answered = E.Either<AgentConnectionFailure, AgentAnswer>;

const wordsFor = (error: NodeJS.ErrnoException): string => {
  switch (error.code) {
    case 'ENOENT':
      return 'there is no socket (ENOENT)';
    case 'ECONNREFUSED':
      return 'nobody listens on the socket (ECONNREFUSED)';
    case 'EACCES':
      return 'this process may not use the socket (EACCES)';
    default:
      return error.message;
  }
};

const parsed = (text: string): E.Either<string, unknown> => {
  try {
    return E.right(JSON.parse(text));
  } catch {
    return E.left(`its answer is no JSON: ${text.slice(0, 80)}`);
  }
};

/** Resolves with the whole body; rejects when the connection ends before it. */
const bodyOf = async (answer: IncomingMessage): Promise<string> => {
  const chunks: Buffer[] = [];
  for await (const chunk of answer) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
};

/**
 * The agent for programs that run under Node (evioctl, config-gen). The plugin has its own (`adapters/quickjs`): loading
 * node:http takes longer than its whole run.
 */
export const connectAgent = (socketPath: string): AgentConnection => ({
  call:
    (method, path, body, timeoutMs): TE.TaskEither<AgentConnectionFailure, AgentAnswer> =>
    () =>
      new Promise<Answered>((resolve) => {
        const content = body === undefined ? undefined : Buffer.from(JSON.stringify(body));
        let connected = false;
        const asking = request({
          socketPath,
          path,
          method,
          agent: false,
          headers: {
            host: 'evio-agent',
            ...(content === undefined
              ? {}
              : { 'content-type': 'application/json', 'content-length': content.length }),
          },
        });
        const timeout = setTimeout(() => {
          asking.destroy(new Error(`no answer within ${timeoutMs} ms`));
        }, timeoutMs);
        const end = (answer: Answered): void => {
          clearTimeout(timeout);
          resolve(answer);
        };
        const fail = (error: NodeJS.ErrnoException): void =>
          end(
            E.left({
              type: connected ? 'agent-hung-up' : 'agent-unreachable',
              socket: socketPath,
              reason: wordsFor(error),
            }),
          );
        asking.on('socket', (socket) => {
          socket.once('connect', () => {
            connected = true;
          });
        });
        asking.on('error', fail);
        asking.on('response', (answer) => {
          bodyOf(answer)
            .then((text) => {
              const content = parsed(text);
              if (E.isLeft(content)) fail(new Error(content.left));
              else end(E.right({ status: answer.statusCode ?? 0, body: content.right }));
            })
            .catch(fail);
        });
        asking.end(content);
      }),
});
