import { either as E } from 'fp-ts';
import type { RedactProgress } from '../../domain/audit/redact-request.ts';
import { ask } from '../ask.ts';
import { progress } from '../progress.ts';
import type { Context } from './context.ts';
import type { Terminal } from './terminal.ts';

const lookEveryMs = 250;

/** Gives what the agent answers at last; on a terminal it shows until then how far the agent is, as often as that changes. */
export const watchRedaction = async <A>(
  { agent, clock, timer }: Pick<Context, 'agent' | 'clock' | 'timer'>,
  terminal: Terminal,
  answered: Promise<A>,
): Promise<A> => {
  if (terminal.draw === undefined) return answered;
  const shown = progress(terminal, clock, 0, 'events looked through');
  let open = true;
  const over = answered.finally(() => {
    open = false;
  });
  try {
    while (open) {
      await Promise.race([over, timer.sleep(lookEveryMs)]);
      const asked = open ? await ask<RedactProgress>(agent(), 'GET', '/v1/redact') : undefined;
      // One that does not know the question tells nothing later either.
      if (asked !== undefined && E.isLeft(asked)) break;
      const looked = asked?.right.looked;
      if (open && looked !== undefined) shown.tick(looked.done, looked.of);
    }
    return await over;
  } finally {
    shown.done();
  }
};
