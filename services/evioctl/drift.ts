import { either as E } from 'fp-ts';
import type { Difference, DriftAnswer, ReconcileAnswer } from '../../domain/transfer/drift-answer.ts';
import { ask } from '../ask.ts';
import { columns } from './columns.ts';
import type { AddCommand } from './context.ts';
import { exitCodeOf, exitCodes } from './exit-code.ts';
import { printAnswer } from './print-answer.ts';
import { printFailure } from './terminal.ts';

const table = (differences: ReadonlyArray<Difference>): string =>
  columns(
    ['WHAT', 'NAME', 'DIFFERENCE', 'A RECONCILIATION WOULD'],
    differences.map(({ part, name, difference, change }) => [part, name, difference, change ?? '-']),
  );

const driftWords = (drift: ReadonlyArray<Difference>): string =>
  drift.length === 0 ? 'all is as the log says' : table(drift);

const reconcileWords = ({ dryRun, found, left }: ReconcileAnswer): string => {
  if (dryRun) return found.length === 0 ? 'nothing to do' : table(found);
  const done = found.length === 0 ? 'nothing was to be done' : `${found.length} found`;
  return left.length === 0 ? `${done}; all is as the log says` : `${done}; left:\n${table(left)}`;
};

/** `drift` and `reconcile`: what of this node is otherwise than the log says. */
export const addDriftCommands: AddCommand = (program, context) => {
  program
    .command('drift')
    .description(
      'what of attachments, ports, flows, links, addresses, routes, settings, rules and files is not as the log says',
    )
    .addHelpText(
      'after',
      `
Each difference is of a part: attachment (an ADD that was interrupted), link, port, flows, gateway (addresses and routes), setting,
rules or cni (the CNI configuration). Exit code 4 when anything is; 0 when nothing is.

Examples:
  evioctl drift
  evioctl drift --ndjson | jq -r 'select(.change == null)'   what no reconciliation can put right`,
    )
    .action(async () => {
      const terminal = context.terminal();
      const answer = await ask<DriftAnswer>(context.agent(), 'GET', '/v1/drift');
      if (E.isLeft(answer)) {
        printFailure(terminal, answer.left);
        process.exitCode = exitCodeOf(answer.left);
        return;
      }
      const { drift } = answer.right;
      printAnswer(terminal, { value: answer.right, rows: drift, words: () => driftWords(drift) });
      process.exitCode = drift.length === 0 ? exitCodes.done : exitCodes.notSound;
    });

  program
    .command('reconcile')
    .description('put right what drift shows; the agent does so by itself, at once or within a minute')
    .option('--dry-run', 'only say what would be done')
    .addHelpText(
      'after',
      `
Exit code 4 when something is left that is not as the log says.

Examples:
  evioctl reconcile --dry-run
  evioctl reconcile`,
    )
    .action(async ({ dryRun = false }: { dryRun?: boolean }) => {
      const terminal = context.terminal();
      const answer = await ask<ReconcileAnswer>(context.agent(), 'POST', '/v1/reconcile', { dryRun });
      if (E.isLeft(answer)) {
        printFailure(terminal, answer.left);
        process.exitCode = exitCodeOf(answer.left);
        return;
      }
      const { left } = answer.right;
      printAnswer(terminal, { value: answer.right, rows: left, words: () => reconcileWords(answer.right) });
      process.exitCode = left.length === 0 || dryRun ? exitCodes.done : exitCodes.notSound;
    });
};
