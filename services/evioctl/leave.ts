import { either as E } from 'fp-ts';
import type { AgentConnection } from '../../domain/port/agent-connection.ts';
import type { Timer } from '../../domain/port/timer.ts';
import type { Status } from '../agent/status.ts';
import { type AskFailure, ask } from '../ask.ts';
import type { AddCommand } from './context.ts';
import { type ExitCode, exitCodeOf, exitCodes } from './exit-code.ts';
import { type PodsAnswer, podsWords } from './pods.ts';
import { printAnswer } from './print-answer.ts';
import { printFailure, type Terminal } from './terminal.ts';
import { watching, watchOption } from './watch.ts';

/** How far a node is with leaving. */
type Leaving = { readonly status: Status; readonly left?: PodsAnswer };

/** Whether the ledger has what the node said last; where there is none, its own log is all there is. */
const isHeard = ({ ledger }: Status): boolean =>
  ledger === undefined || (ledger.state !== 'stopped' && ledger.lagEvents === 0);

/** That the lease was given back, to a ledger that the node does not follow any more: it hears nothing, however long one waits. */
const isUnheard = ({ lease, ledger }: Status): boolean => lease === undefined && ledger?.state === 'stopped';

const givenBackWords = (status: Status): string => {
  const given = `${status.node} has given its lease back`;
  const words = status.ledger?.words;
  if (isUnheard(status))
    return `${given}, which the ledger will not hear of: keep this machine until that is mended, or attest the node (${words})`;
  return isHeard(status)
    ? given
    : `${given}, which the ledger has not heard of yet: keep this machine until it has (${words})`;
};

const leaveWords = ({ status, left }: Leaving): string => {
  const { node, attached, reserved, lease } = status;
  return lease === undefined
    ? givenBackWords(status)
    : [
        `${node} takes no new pods; it gives its lease back when the last of ${attached + reserved} attachments is gone`,
        ...(left === undefined ? [] : ['', podsWords(left)]),
      ].join('\n');
};

const looks = 20;
const lookEveryMs = 100;

/** A ledger that is there hears of it in a moment. */
const untilHeard = async (
  { agent, timer }: Asking,
  left: E.Either<AskFailure, Status>,
): Promise<E.Either<AskFailure, Status>> => {
  let status = left;
  for (let look = 0; look < looks; look += 1) {
    if (E.isLeft(status) || status.right.lease !== undefined || isHeard(status.right)) return status;
    if (status.right.ledger?.state !== 'following') return status;
    await timer.sleep(lookEveryMs);
    status = await ask<Status>(agent, 'GET', '/v1/status');
  }
  return status;
};

type Asking = { readonly agent: AgentConnection; readonly timer: Pick<Timer, 'sleep'> };

const askToLeave = async (asking: Asking, drain: boolean): Promise<E.Either<AskFailure, Leaving>> => {
  const { agent } = asking;
  const status = await ask<Status>(agent, 'GET', '/v1/status');
  if (E.isLeft(status)) return status;
  // Asked again of a node that has left, it would be refused: there is nothing to leave.
  const isDone = status.right.leaving && status.right.lease === undefined;
  const asked = await untilHeard(asking, isDone ? status : await ask<Status>(agent, 'POST', '/v1/leave', {}));
  if (E.isLeft(asked)) return asked;
  if (!drain || asked.right.lease === undefined) return E.right({ status: asked.right });
  const left = await ask<PodsAnswer>(agent, 'GET', '/v1/pods');
  return E.isLeft(left) ? left : E.right({ status: asked.right, left: left.right });
};

/** `evioctl leave`. */
export const addLeave: AddCommand = (program, context) => {
  program
    .command('leave')
    .description('take no new pods, and give the lease back when the last one is gone')
    .option('--drain', 'show the attachments that are left; with --watch until there are none')
    .addOption(watchOption())
    .addHelpText(
      'after',
      `
Behind a ledger that is away the lease is given back in the node's own log alone: keep the machine until the ledger has heard
of it, for which --watch waits. Where the node does not follow its ledger any more that is said, and the exit code is 1.

Examples:
  evioctl leave && evioctl status --watch
  evioctl leave --drain --watch`,
    )
    .action(async ({ drain = false, watch }: { readonly drain?: boolean; readonly watch?: number }) => {
      const { timer, isTerminal } = context;
      let isOver = false;
      const show = async (terminal: Terminal): Promise<ExitCode> => {
        const leaving = await askToLeave({ agent: context.agent(), timer }, drain);
        if (E.isLeft(leaving)) {
          // A word that is refused is refused for good; an agent that is away may come back.
          isOver = exitCodeOf(leaving.left) !== exitCodes.noAgent;
          printFailure(terminal, leaving.left);
          return exitCodeOf(leaving.left);
        }
        const now = leaving.right.status;
        isOver = isUnheard(now) || (now.lease === undefined && isHeard(now));
        const { status, left } = leaving.right;
        printAnswer(terminal, {
          value: left === undefined ? status : { ...status, left: left.pods },
          ...(left && { rows: left.pods }),
          words: () => leaveWords(leaving.right),
        });
        return isUnheard(now) ? exitCodes.refused : exitCodes.done;
      };
      process.exitCode = await watching(
        { timer, terminal: context.terminal(), isTerminal },
        watch,
        'state',
        show,
        () => isOver,
      );
    });
};
