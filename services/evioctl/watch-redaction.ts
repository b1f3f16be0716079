import { either as E } from 'fp-ts';
import type { RedactProgress } from '../../domain/audit/redact-request.ts';
import { ask } from '../ask.ts';
import { progress } from '../progress.ts';
import type { Context } from './context.ts';
import type { Terminal } from './terminal.ts';
import { whileAwaited } from './while-awaited.ts';

/** Gives what the agent answers at last; on a terminal it shows until then how far the agent is, as often as that changes. */
export const watchRedaction = async <A>(
  { agent, clock, timer }: Pick<Context, 'agent' | 'clock' | 'timer'>,
  terminal: Terminal,
  answered: Promise<A>,
): Promise<A> => {
  if (terminal.draw === undefined) return answered;
  const shown = progress(terminal, clock, 0, 'events looked through');
  try {
    return await whileAwaited(timer, answered, async () => {
      const asked = await ask<RedactProgress>(agent(), 'GET', '/v1/redact');
      // One that does not know the question tells nothing later either.
      if (E.isLeft(asked)) return false;
      const { looked } = asked.right;
      if (looked !== undefined) shown.tick(looked.done, looked.of);
      return true;
    });
  } finally {
    shown.done();
  }
};
