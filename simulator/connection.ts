import { either as E } from 'fp-ts';
import type {
  AgentAnswer,
  AgentConnection,
  AgentConnectionFailure,
} from '../domain/port/agent-connection.ts';
import type { Owner } from './loop.ts';
import { fails } from './machine/faults.ts';
import type { Open, World } from './world.ts';

const socket = '/run/evio/agent.sock';

/** The unix socket between a client and the agent: requests and answers get lost, and either side may die. */
export const connect = (world: World, client: Owner): AgentConnection => {
  const { loop, faults } = world;
  type Answer = E.Either<AgentConnectionFailure, AgentAnswer>;

  const arrive = (
    settle: (answer: Answer) => void,
    request: { readonly method: 'GET' | 'POST'; readonly path: string; readonly body: unknown },
    patience: AbortController,
    timeoutMs: number,
  ): void => {
    const { life } = world;
    const handle = life?.handle;
    const hungUp = (reason: string): void => {
      patience.abort();
      settle(E.left({ type: 'agent-hung-up', socket, reason }));
    };
    if (life === undefined || handle === undefined) {
      settle(E.left({ type: 'agent-unreachable', socket, reason: 'connection refused' }));
      return;
    }
    if (faults.deaf) {
      void loop.sleep(client, timeoutMs, 'patience with the agent').then(() => hungUp('no answer in time'));
      return;
    }
    if (fails(faults, 'request lost')) {
      hungUp('the connection was reset');
      return;
    }
    const { owner } = life;
    const gone = new AbortController();
    const open: Open = {
      client,
      gone: () => loop.soon(owner, `${client.name} is gone`, () => gone.abort()),
      hangUp: () => hungUp('the agent is gone'),
    };
    life.open.add(open);
    void loop.sleep(client, timeoutMs, 'patience with the agent', patience.signal).then(() => {
      if (patience.signal.aborted) return;
      open.gone();
      hungUp('no answer in time');
    });
    const [path = '', query = ''] = request.path.split('?', 2);
    handle({
      method: request.method,
      path,
      query: Object.fromEntries(new URLSearchParams(query)),
      body: JSON.parse(JSON.stringify(request.body ?? {})),
      gone: gone.signal,
    }).then(
      ({ status, body, unheard, after }) => {
        life.open.delete(open);
        if (gone.signal.aborted) unheard?.();
        after?.();
        if (fails(faults, 'answer lost')) {
          hungUp('the answer was lost');
          return;
        }
        patience.abort();
        settle(E.right({ status, body: JSON.parse(JSON.stringify(body)) }));
      },
      (defect) =>
        world.breaks('no defect', `${request.path}: ${defect instanceof Error ? defect.stack : defect}`),
    );
  };

  return {
    call: (method, path, body, timeoutMs) => () =>
      new Promise((resolve) => {
        let settled = false;
        const settle = (answer: Answer): void => {
          if (settled) return;
          settled = true;
          loop.soon(client, `${path} heard`, () => resolve(answer));
        };
        const request = { method, path, body };
        const patience = new AbortController();
        loop.soon(client, `${path} arrives`, () => arrive(settle, request, patience, timeoutMs));
      }),
  };
};
