import { either as E } from 'fp-ts';
import type { Violation } from '../domain/cluster/violation.ts';
import type { AgentConnection } from '../domain/port/agent-connection.ts';

/** Why an operator's question to the agent has no answer. */
export type AskFailure =
  | { readonly type: 'no-agent'; readonly msg: string; readonly remedy: string }
  | { readonly type: 'refused'; readonly msg: string; readonly remedy: string }
  /** Several things are wrong with what was given, each with its key. */
  | {
      readonly type: 'violations';
      readonly violations: ReadonlyArray<Violation>;
      /** What could not be looked at, in words. */
      readonly untold?: ReadonlyArray<string>;
    };

type ErrorBody = {
  readonly error?: {
    readonly msg?: string;
    readonly details?: string;
    readonly violations?: ReadonlyArray<Violation>;
  };
};

const patienceMs = 30_000;

/** One question to the agent; the body of its answer, or the refusal in its words. */
export const ask = async <Body>(
  agent: AgentConnection,
  method: 'GET' | 'POST',
  path: string,
  body?: unknown,
): Promise<E.Either<AskFailure, Body>> => {
  const answered = await agent.call(method, path, body, patienceMs)();
  if (E.isLeft(answered)) {
    const { socket, reason } = answered.left;
    return E.left({
      type: 'no-agent',
      msg: `evio-agent does not answer on ${socket}: ${reason}`,
      remedy: 'start evio-agent, or name its socket with --socket',
    });
  }
  const { status } = answered.right;
  if (status === 200) return E.right(answered.right.body as Body);
  const { error } = answered.right.body as ErrorBody;
  return error?.violations === undefined
    ? E.left({ type: 'refused', msg: error?.msg ?? `status ${status}`, remedy: error?.details ?? '' })
    : E.left({ type: 'violations', violations: error.violations });
};
