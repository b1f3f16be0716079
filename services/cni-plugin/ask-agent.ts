import { either as E, option as O } from 'fp-ts';
import type {
  AgentAnswer,
  AgentConnection,
  AgentConnectionFailure,
} from '../../domain/port/agent-connection.ts';
import type { Capabilities } from './capabilities.ts';
import type { Patience } from './patience.ts';

/** `body` is told how often the agent hung up on this run before. */
export type Question = {
  readonly path: string;
  readonly requestId: string;
  readonly body: (attempt: number) => unknown;
};

export type Unanswered = AgentConnectionFailure | { readonly type: 'terminated'; readonly signal: string };

/**
 * Asks until the agent has answered, as long as there is patience. An agent that hung up may have acted: it is asked again
 * with the next attempt number, and sorts it out. Gives the last failure when patience ends.
 */
export const askAgent = async (
  { clock, timer, termination }: Pick<Capabilities, 'clock' | 'timer' | 'termination'>,
  agent: AgentConnection,
  { retry, answerTimeoutMs }: Patience,
  { path, body }: Pick<Question, 'path' | 'body'>,
): Promise<E.Either<Unanswered, AgentAnswer>> => {
  const startedMs = clock.monotonicMs();
  const ended = termination.then(
    (signal): E.Either<Unanswered, never> => E.left({ type: 'terminated', signal }),
  );
  let attempt = 0;
  for (let tries = 1; ; tries += 1) {
    const answer = await Promise.race([agent.call('POST', path, body(attempt), answerTimeoutMs)(), ended]);
    if (E.isRight(answer) || answer.left.type === 'terminated') return answer;
    if (answer.left.type === 'agent-hung-up') attempt += 1;
    const delayMs = retry({ tries, elapsedMs: clock.monotonicMs() - startedMs });
    if (O.isNone(delayMs)) return answer;
    const interrupted = await Promise.race([timer.sleep(delayMs.value), ended]);
    if (interrupted !== undefined) return interrupted;
  }
};
