import { InvalidArgumentError } from 'commander';
import { either as E } from 'fp-ts';
import type { RedactAnswer, RedactRequest, Target } from '../../domain/audit/redact-request.ts';
import { ask, patienceWithLogMs } from '../ask.ts';
import type { AddCommand } from './context.ts';
import { exitCodeOf, exitCodes } from './exit-code.ts';
import { printAnswer } from './print-answer.ts';
import { printFailure } from './terminal.ts';
import { watchRedaction } from './watch-redaction.ts';

type Options = { readonly pod?: string; readonly reason?: string; readonly dryRun?: boolean };

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

const eventTarget = (text: string): Target => {
  if (/^\d{1,15}$/.test(text)) return { position: Number(text) };
  if (uuid.test(text.toLowerCase())) return { id: text.toLowerCase() };
  throw new InvalidArgumentError('a position of the log, such as 812, or the id of an event.');
};

const podName = (text: string): string => {
  if (/^[^/\s]+\/[^/\s]+$/.test(text)) return text;
  throw new InvalidArgumentError('NAMESPACE/NAME.');
};

const listOf = (events: RedactAnswer['events']): string =>
  events.map(({ position, event, id }) => `  position ${position}  ${event} ${id}`).join('\n');

const counted = (count: number): string => `${count} ${count === 1 ? 'payload' : 'payloads'}`;

/** What no program can take back. */
const elsewhere =
  'copies that you keep yourself still have it: exports, backups, other copies of the log, what subscribers and journals wrote down';

const redactWords = ({ dryRun, events, cleared }: RedactAnswer): string => {
  const fresh = events.filter(({ state }) => state === 'redacted');
  const before = events.filter(({ state }) => state === 'redacted-before');
  const last = events.at(-1)?.position;
  return [
    ...(fresh.length === 0
      ? []
      : [`${counted(fresh.length)} ${dryRun ? 'would be redacted' : 'redacted'} (pod):`, listOf(fresh)]),
    ...(before.length === 0 ? [] : [`${counted(before.length)} redacted before:`, listOf(before)]),
    ...(dryRun ? ['nothing was changed'] : []),
    ...(cleared === true ? ['nothing of it is left in the log, its index and its snapshots'] : []),
    ...(cleared === false
      ? [
          `a program that reads the log keeps the old bytes in its file: end it, then evioctl redact ${last} --reason … again`,
        ]
      : []),
    ...(dryRun ? [] : [elsewhere]),
  ].join('\n');
};

/** Each event, with what is so of all of them: whoever reads one row alone must not take a dry run for a redaction. */
const rowsOf = ({ events, ...ofAll }: RedactAnswer): ReadonlyArray<unknown> =>
  events.map((event) => ({ ...event, ...ofAll }));

/** `evioctl redact`. */
export const addRedact: AddCommand = (program, context) => {
  const command = program
    .command('redact')
    .description('take the names of pods out of recorded events, so that the log still holds')
    .argument('[event]', 'position or id of the event', eventTarget)
    .option('--pod <namespace/name>', 'every event that names this pod', podName)
    .option('--reason <text>', 'why; it stays in the log, so do not name in it what is to be forgotten')
    .option('--dry-run', 'only list the events')
    .addHelpText(
      'after',
      `
Namespace, name and uid of the pod go; the address, MAC, container id and all that decisions rest on stay. An event of the log's
audit stream records who did it, when and why, and evioctl verify counts it. Who can guess a name without a uid can still
confirm it by the hash of what was written.

The running agent does it, for it is the log's only writer: where none runs, start it. Its ADDs wait meanwhile: some seconds
for each million events. All programs of the cluster must know redactions: evioctl configure … --min-reader 3.

Examples:
  evioctl redact --pod shop/web-0 --dry-run
  evioctl redact --pod shop/web-0 --reason "request 4711"
  evioctl redact 812 --reason "request 4711"`,
    )
    .action(async (event: Target | undefined, { pod, reason, dryRun = false }: Options) => {
      if ((event === undefined) === (pod === undefined))
        command.error('error: give the position or id of an event, or --pod NAMESPACE/NAME');
      if (reason === undefined && !dryRun)
        command.error("error: required option '--reason <text>' not specified");
      const target = event ?? { pod: pod ?? '' };
      const request: RedactRequest = { target, reason: reason ?? '', by: context.userName(), dryRun };
      const terminal = context.terminal();
      const agent = context.agent();
      const asked = ask<RedactAnswer>(agent, 'POST', '/v1/redact', request, patienceWithLogMs);
      const answered = await watchRedaction(context, terminal, asked);
      if (E.isLeft(answered)) {
        printFailure(terminal, answered.left);
        process.exitCode = exitCodeOf(answered.left);
        return;
      }
      const { right: value } = answered;
      printAnswer(terminal, { value, rows: rowsOf(value), words: () => redactWords(value) });
      process.exitCode = exitCodes.done;
    });
};
