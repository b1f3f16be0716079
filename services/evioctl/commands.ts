import { either as E } from 'fp-ts';
import type { AgentConnection } from '../../domain/port/agent-connection.ts';
import type { Status } from '../agent/status.ts';
import { type AskFailure, ask } from '../ask.ts';
import { type ExitCode, exitCodeOf, exitCodes } from './exit-code.ts';
import { type LeasesAnswer, leasesWords } from './leases.ts';
import { type LogAnswer, logWords } from './log.ts';
import { type PodsAnswer, podsWords } from './pods.ts';
import { printAnswer } from './print-answer.ts';
import { statusWords } from './status.ts';
import { printFailure, type Terminal } from './terminal.ts';

/** Prints an answer, or why there is none; the exit code says which. */
export const show = <Body>(
  terminal: Terminal,
  answer: E.Either<AskFailure, Body>,
  words: (body: Body) => string,
  rows?: (body: Body) => ReadonlyArray<unknown>,
): ExitCode => {
  if (E.isLeft(answer)) {
    printFailure(terminal, answer.left);
    return exitCodeOf(answer.left);
  }
  const { right: value } = answer;
  printAnswer(terminal, { value, words: () => words(value), ...(rows && { rows: rows(value) }) });
  return exitCodes.done;
};

type Command = (agent: AgentConnection, terminal: Terminal) => Promise<ExitCode>;

export const status: Command = async (agent, terminal) =>
  show<Status>(terminal, await ask(agent, 'GET', '/v1/status'), statusWords);

export const leases: Command = async (agent, terminal) =>
  show<LeasesAnswer>(terminal, await ask(agent, 'GET', '/v1/leases'), leasesWords, (answer) => answer.leases);

export const pods: Command = async (agent, terminal) =>
  show<PodsAnswer>(terminal, await ask(agent, 'GET', '/v1/pods'), podsWords, (answer) => answer.pods);

const eventsOf = ({ events }: LogAnswer): LogAnswer['events'] => events;

/** Asks for a page of the log. */
export type AskLog = (from: string, limit: string) => Promise<E.Either<AskFailure, LogAnswer>>;

export const askAgentLog =
  (agent: AgentConnection): AskLog =>
  (from, limit) =>
    ask<LogAnswer>(agent, 'GET', `/v1/log?${new URLSearchParams({ from, limit })}`);

export const log =
  (askLog: AskLog, from: string, limit: string) =>
  async (terminal: Terminal): Promise<ExitCode> =>
    show(terminal, await askLog(from, limit), logWords, eventsOf);

/** Asked again and again it shows what came since, by the page; nothing where nothing came. */
export const growingLog = (
  askLog: AskLog,
  from: string,
  limit: string,
): ((terminal: Terminal) => Promise<ExitCode>) => {
  let next = from;
  return async (terminal) => {
    for (;;) {
      const answer = await askLog(next, limit);
      const last = E.isRight(answer) ? answer.right.events.at(-1) : undefined;
      if (E.isRight(answer) && last === undefined) return exitCodes.done;
      const shown = show(terminal, answer, logWords, eventsOf);
      if (last === undefined) return shown;
      next = String(last.position + 1);
    }
  };
};

type EraAnswer = { readonly closed: string; readonly opened: string };

export const closeEra: Command = async (agent, terminal) =>
  show<EraAnswer>(
    terminal,
    await ask(agent, 'POST', '/v1/close-era', {}),
    ({ closed, opened }) => `closed ${closed}; the node goes on in ${opened}`,
  );
