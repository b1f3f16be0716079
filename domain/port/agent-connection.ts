import type { taskEither as TE } from 'fp-ts';

/** The agent as its clients (plugin, config-gen, evioctl) see it: HTTP/JSON over a unix socket. */
export type AgentConnection = {
  /** One request, one connection. Resolves with whatever status the agent answered. */
  readonly call: (
    method: 'GET' | 'POST',
    path: string,
    body: unknown,
    timeoutMs: number,
  ) => TE.TaskEither<AgentConnectionFailure, AgentAnswer>;
};

export type AgentAnswer = { readonly status: number; readonly body: unknown };

export type AgentConnectionFailure =
  /** No connection: the agent has seen nothing of the request. */
  | { readonly type: 'agent-unreachable'; readonly socket: string; readonly reason: string }
  /** Connected, but no whole answer came: the agent may have acted. */
  | { readonly type: 'agent-hung-up'; readonly socket: string; readonly reason: string };
