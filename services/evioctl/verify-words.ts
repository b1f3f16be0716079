import { either as E } from 'fp-ts';
import type { AnchorBroken, AnchorHolds } from '../../domain/anchor/check-anchor.ts';
import { anchorBrokenWords, anchorHoldsWords } from '../../domain/anchor/words.ts';
import type { LogUnreadable } from '../../domain/port/log-reader.ts';
import type { CopyAgrees, CopyDiffers } from '../../domain/verify/compare-copy.ts';
import type { Verified } from '../../domain/verify/verification.ts';
import {
  breachWords,
  copyAgreesWords,
  copyDiffersWords,
  faultWords,
  redactedWords,
  type Words,
} from '../../domain/verify/words.ts';
import { type ExitCode, exitCodes } from './exit-code.ts';
import { printFailure, printJson, type Terminal } from './terminal.ts';

/** What became of the comparison with `--copy`. */
export type CopyOutcome = { readonly path: string } & (
  | { readonly compared: E.Either<CopyDiffers, CopyAgrees> }
  | { readonly unreadable: LogUnreadable }
);

export type Outcome = {
  readonly verified: Verified;
  readonly anchored: ReadonlyArray<AnchorHolds>;
  readonly broken: ReadonlyArray<AnchorBroken>;
  readonly copy: CopyOutcome | undefined;
  readonly seconds: number;
};

const unreadableCopy = ({ path, reason, remedy }: LogUnreadable): Words => ({
  msg: `the copy ${path} cannot be read: ${reason}`,
  remedy,
});

/** Everything that speaks against the log, the gravest first. */
const against = ({ verified: { fault, breach }, broken, copy }: Outcome): ReadonlyArray<Words> => [
  ...(fault === undefined ? [] : [faultWords(fault)]),
  ...(breach === undefined ? [] : [breachWords(breach)]),
  ...broken.map(anchorBrokenWords),
  ...(copy !== undefined && 'compared' in copy && E.isLeft(copy.compared)
    ? [copyDiffersWords(copy.path, copy.compared.left)]
    : []),
];

const proven = ({ anchored, copy }: Outcome): ReadonlyArray<string> => [
  ...anchored.map(anchorHoldsWords),
  ...(copy !== undefined && 'compared' in copy && E.isRight(copy.compared)
    ? [copyAgreesWords(copy.path, copy.compared.right)]
    : []),
];

/** What was not looked at; it speaks neither for the log nor against it. */
const notLookedAt = ({ archived }: Verified): ReadonlyArray<string> =>
  archived.map(
    ({ from, to, stream }) =>
      `positions ${from}–${to} (${stream}) are archived: give --archive FILE to check them too`,
  );

const asJson = (outcome: Outcome) => {
  const { verified, anchored, broken, copy, seconds } = outcome;
  const { events, archived, heads, end, fault, breach, redacted } = verified;
  const compared = copy !== undefined && 'compared' in copy ? copy.compared : undefined;
  return {
    events,
    archived,
    streams: heads.length,
    heads,
    end,
    fault,
    law: breach,
    redacted,
    anchored,
    notAnchored: broken,
    copy: compared && (E.isRight(compared) ? { agrees: compared.right } : { differs: compared.left }),
    seconds,
  };
};

/** Prints what was found, and gives the exit code: 0 only when everything that was asked for holds. */
export const printVerification = (terminal: Terminal, outcome: Outcome): ExitCode => {
  const { verified, copy } = outcome;
  const faults = against(outcome);
  const unreadable = copy !== undefined && 'unreadable' in copy ? unreadableCopy(copy.unreadable) : undefined;
  if (terminal.json !== false) {
    printJson(terminal, {
      ...asJson(outcome),
      ...(unreadable && { error: { type: 'refused', ...unreadable } }),
    });
  } else {
    const { events, heads } = verified;
    const proofs = proven(outcome);
    terminal.out(
      `${events.toLocaleString('en-GB')} events in ${heads.length.toLocaleString('en-GB')} streams followed in ${outcome.seconds.toFixed(1)} s`,
    );
    for (const one of verified.redacted) terminal.out(redactedWords(one));
    for (const proof of [...notLookedAt(verified), ...proofs]) terminal.out(proof);
    for (const words of faults) printFailure(terminal, { type: 'refused', ...words });
    if (unreadable) printFailure(terminal, { type: 'refused', ...unreadable });
    if (faults.length === 0 && unreadable === undefined)
      terminal.out(
        proofs.length === 0 ? 'internally consistent; not anchored' : 'internally consistent; anchored',
      );
  }
  if (faults.length > 0) return exitCodes.notSound;
  return unreadable === undefined ? exitCodes.done : exitCodes.refused;
};
