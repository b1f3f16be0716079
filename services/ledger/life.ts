import { either as E } from 'fp-ts';
import type { Log } from '../../domain/port/log.ts';
import type { Supervisor } from '../../domain/port/supervisor.ts';
import type { StreamFailure } from '../stream-failure.ts';
import { describeStartFailure, type StartFailure } from './start-failure.ts';

/** How a service of this program begins and ends, and who hears of it. */
export type Life = {
  readonly log: Log;
  readonly supervisor: Supervisor | undefined;
  /** What an outcome holds; a failure is said, to systemd too, and ends the process with exit code 1. */
  readonly give: <A>(outcome: E.Either<StartFailure | StreamFailure, A>) => A;
  /** What is done when somebody asks the process to end. */
  readonly onEnd: (end: () => Promise<void>) => void;
};

export const lifeOf = (log: Log, supervisor: Supervisor | undefined): Life => ({
  log,
  supervisor,
  give: (outcome) => {
    if (E.isRight(outcome)) return outcome.right;
    const { msg, remedy } = describeStartFailure(outcome.left);
    log.error(msg, { remedy, failure: outcome.left });
    supervisor?.tell({ STATUS: `${msg}: ${remedy}` });
    process.exit(1);
  },
  onEnd: (end) => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const)
      process.once(signal, () => {
        log.info('stopping', { signal });
        void end();
      });
  },
});
