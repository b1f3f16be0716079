import { either as E } from 'fp-ts';
import type { Violation } from '../domain/cluster/violation.ts';
import type { AgentConnection, AgentConnectionFailure } from '../domain/port/agent-connection.ts';

/** Why an operator's question to the agent has no answer. */
export type AskFailure =
  | { readonly type: 'no-agent'; readonly msg: string; readonly remedy: string }
  /** It heard the question and did not answer: whether it did what was asked is not known. */
  | { readonly type: 'no-answer'; readonly msg: string; readonly remedy: string }
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

const withoutAnswer = ({ type, socket, reason }: AgentConnectionFailure): AskFailure =>
  type === 'agent-unreachable'
    ? {
        type: 'no-agent',
        msg: `evio-agent does not answer on ${socket}: ${reason}`,
        remedy: 'start evio-agent, or name its socket with --socket',
      }
    : {
        type: 'no-answer',
        msg: `evio-agent on ${socket} was asked and did not answer: ${reason}`,
        remedy:
          'what it was asked to do it may have done: look with evioctl status or evioctl log before you ask again',
      };

const patienceMs = 30_000;

/** For what takes as long as the log is large; an agent that ends meanwhile ends the connection. */
export const patienceWithLogMs = 12 * 3_600_000;

/** One question to the agent; the body of its answer, or the refusal in its words. */
export const ask = async <Body>(
  agent: AgentConnection,
  method: 'GET' | 'POST',
  path: string,
  body?: unknown,
  withinMs = patienceMs,
): Promise<E.Either<AskFailure, Body>> => {
  const answered = await agent.call(method, path, body, withinMs)();
  if (E.isLeft(answered)) return E.left(withoutAnswer(answered.left));
  const { status } = answered.right;
  if (status === 200) return E.right(answered.right.body as Body);
  const { error } = answered.right.body as ErrorBody;
  return error?.violations === undefined
    ? E.left({ type: 'refused', msg: error?.msg ?? `status ${status}`, remedy: error?.details ?? '' })
    : E.left({ type: 'violations', violations: error.violations });
};
