import type { Command } from 'commander';
import { either as E, function as F } from 'fp-ts';
import { type AnchorHolds, checkAnchor } from '../../domain/anchor/check-anchor.ts';
import type { LogReader } from '../../domain/port/log-reader.ts';
import { compareCopy } from '../../domain/verify/compare-copy.ts';
import type { Verified } from '../../domain/verify/verification.ts';
import { verifyLog } from '../../domain/verify/verify-log.ts';
import { progress } from '../progress.ts';
import { anchorsIn, type GivenAnchor, givenAnchor, publicKey } from './anchor-option.ts';
import { type AddCommand, type Context, onLog } from './context.ts';
import { type ExitCode, exitCodes } from './exit-code.ts';
import type { Terminal } from './terminal.ts';
import { verifyBeside } from './verify-beside.ts';
import { type CopyOutcome, printVerification } from './verify-words.ts';

type Options = {
  readonly anchor?: ReadonlyArray<GivenAnchor>;
  readonly publicKey?: string;
  readonly copy?: string;
};

const comparedWith = ({ openLogAt }: Context, log: LogReader, path: string): CopyOutcome => {
  const opened = openLogAt(path);
  if (E.isLeft(opened)) return { path, unreadable: opened.left };
  try {
    return { path, compared: compareCopy(log, opened.right) };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return {
      path,
      unreadable: { type: 'log-unreadable', path, reason, remedy: 'verify the copy by itself' },
    };
  } finally {
    opened.right.close();
  }
};

/** Only for the eye: of a damaged log it may be anything. */
const lengthOf = (log: LogReader): number =>
  F.pipe(
    E.tryCatch(log.end, () => undefined),
    E.match(
      () => 0,
      (end) => (end?.position ?? -1) + 1,
    ),
  );

/** Of fewer events a thread would cost more than it saves. */
const worthAThread = 50_000;

/** In two threads where that pays, each with a reader of its own; an archive stands in the place of events for this one's only. */
const verifiedBy = async (
  { followChains, sha256, archives }: Context,
  log: LogReader,
  tick: (events: number) => void,
): Promise<Verified> => {
  const last = lengthOf(log) - 1;
  const beside =
    last >= worthAThread && archives().length === 0
      ? await verifyBeside(followChains(last), log, tick)
      : undefined;
  return beside ?? verifyLog(sha256, log, tick);
};

const verify =
  (context: Context, options: Options) =>
  async (log: LogReader, terminal: Terminal): Promise<ExitCode> => {
    const { clock, verifySignature } = context;
    const anchors = await anchorsIn(context, terminal, options.anchor ?? []);
    if (E.isLeft(anchors)) return anchors.left;
    const begun = clock.monotonicMs();
    const line = progress(terminal, clock, lengthOf(log));
    const verified = await verifiedBy(context, log, line.tick);
    line.done();
    const seconds = (clock.monotonicMs() - begun) / 1000;
    const sound = verified.fault === undefined;
    // What is no chain proves nothing of what lies before a hash.
    const checked = sound
      ? anchors.right.map((anchor) =>
          checkAnchor(log, verifySignature, verified.keys, options.publicKey, anchor),
        )
      : [];
    const copy = options.copy !== undefined && sound ? comparedWith(context, log, options.copy) : undefined;
    return printVerification(terminal, {
      verified,
      broken: checked.filter(E.isLeft).map(({ left }) => left),
      anchored: checked.filter(E.isRight).map(({ right }): AnchorHolds => right),
      copy,
      seconds,
    });
  };

const collect = (given: GivenAnchor, previous: ReadonlyArray<GivenAnchor> = []) => [...previous, given];

/** Proves what can be proven of a log: by itself, against anchors, against a copy. */
export const addVerify: AddCommand = (program: Command, context) => {
  program
    .command('verify')
    .description('check that the history was not edited, and that every decision in it was right')
    .option(
      '--anchor <line>',
      'a line that evioctl anchor printed, or @FILE with one on each line (repeatable)',
      (text: string, previous?: ReadonlyArray<GivenAnchor>) => collect(givenAnchor(text), previous),
    )
    .option('--public-key <base64>', 'trust anchors signed with this key only', publicKey)
    .option('--copy <path>', 'another copy of the log, or of some of its streams')
    .addHelpText(
      'after',
      `
By itself a log can only be internally consistent: whoever rewrites all of it can compute its hashes anew. An anchor, kept
elsewhere, or a second copy shows that too. Exit code ${exitCodes.notSound}: the log does not hold.

Examples:
  evioctl verify
  evioctl verify --anchor @/mnt/audit/anchors --copy /mnt/backup/ledger.db`,
    )
    .action((options: Options) => onLog(context, verify(context, options)));
};
