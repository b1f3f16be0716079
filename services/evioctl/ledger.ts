import { type Command, Option } from 'commander';
import { either as E } from 'fp-ts';
import type { Checked } from '../../domain/cluster/violation.ts';
import { type LogAddress, parseConnectionString } from '../../domain/connection-string.ts';
import type { AskWhoHad } from '../../domain/port/ask-who-had.ts';
import type { Clock } from '../../domain/port/clock.ts';
import type { OpenWireLog, WireLog } from '../../domain/port/wire-log.ts';
import type { WhoHad } from '../../domain/projection/who-had.ts';
import type { WhoHadQuestion } from '../../domain/projection/who-had-question.ts';
import type { AskFailure } from '../ask.ts';
import { progress } from '../progress.ts';
import { isReadFailure } from '../read-failure.ts';
import { unmirrored, unreachable } from './ledger-refusal.ts';
import { type MirrorPorts, mirrorLog } from './mirror.ts';
import type { Terminal } from './terminal.ts';

/** What `--ledger` names. */
export type Ledger = {
  /** `undefined`: nothing. */
  readonly address: () => Checked<LogAddress | undefined>;
  /** The file that answers; `undefined` when `--ledger` names none, and before the first `catchUp` of a log on another machine. */
  readonly path: () => string | undefined;
  /**
   * The answer of a log on another machine, where its server keeps the index: nothing of the log is read here. `undefined`: it is to be asked here,
   * behind `catchUp`.
   */
  readonly whoHad: (question: WhoHadQuestion) => Promise<E.Either<AskFailure, WhoHad | undefined>>;
  /** Reads what is new of a log on another machine. */
  readonly catchUp: () => Promise<E.Either<AskFailure, undefined>>;
};

export const ledgerOption = (): Option =>
  new Option(
    '--ledger <address>',
    'the log in place of --log: sqlite:PATH, or esdb://… on another machine, read into a mirror',
  ).env('EVIO_LEDGER');

/** What `--ledger` says, unless `--log` is a flag and it is not: first wins is the flag. Both alike are a fault of usage. */
export const ledgerGiven = (program: Command): string | undefined => {
  // A key of the agent's file says where the node ships to; what is asked here is its own log.
  if (program.getOptionValueSource('ledger') === 'config') return undefined;
  const [ledger, log] = [program.getOptionValueSource('ledger'), program.getOptionValueSource('log')];
  if (ledger !== undefined && ledger === log)
    program.error("error: option '--ledger <address>' cannot be used with option '--log <path>'");
  return ledger === 'env' && log === 'cli' ? undefined : program.opts<{ ledger?: string }>().ledger;
};

type LedgerPorts = MirrorPorts & {
  readonly openWireLog: OpenWireLog;
  readonly askWhoHad: (text: string) => Promise<AskWhoHad>;
  readonly clock: Clock;
  readonly terminal: () => Terminal;
  /** As it was given. */
  readonly given: () => string | undefined;
};

export const openLedger = (ports: LedgerPorts): Ledger => {
  const { openWireLog, askWhoHad, clock, terminal, given } = ports;
  let mirror: string | undefined;
  const address = (): Checked<LogAddress | undefined> => {
    const text = given();
    return text === undefined ? E.right(undefined) : parseConnectionString(text, '--ledger');
  };

  const readOn = async (text: string, log: WireLog): Promise<E.Either<AskFailure, undefined>> => {
    const end = await log.end();
    if (E.isLeft(end)) return E.left(unreachable(text, end.left));
    const line = progress(terminal(), clock, end.right + 1, 'events of the ledger');
    try {
      const mirrored = await mirrorLog(ports, log, line.tick);
      if (E.isLeft(mirrored)) return E.left(unmirrored(mirrored.left));
      mirror = mirrored.right.path;
      if (mirrored.right.anew !== undefined)
        terminal().err(`the ledger was read anew: ${mirrored.right.anew}`);
      return E.right(undefined);
    } catch (error) {
      if (!isReadFailure(error) || error.type === 'archived' || error.type === 'unreadable-envelope')
        throw error;
      return E.left(unreachable(text, error));
    } finally {
      line.done();
    }
  };

  return {
    address,
    path: () => {
      const named = address();
      if (E.isLeft(named) || named.right === undefined) return undefined;
      return named.right.store === 'sqlite' ? named.right.path : mirror;
    },
    whoHad: async (question) => {
      const named = address();
      if (E.isLeft(named) || named.right?.store !== 'esdb') return E.right(undefined);
      const answered = await (await askWhoHad(named.right.text))(question)();
      if (E.isRight(answered)) return answered;
      const failure = answered.left;
      if (failure.type === 'silent')
        return E.left(unreachable(named.right.text, { type: 'unavailable', reason: failure.reason }));
      if (failure.type === 'not-answered')
        terminal().err(`the ledger has no answer of its own, so the log is read here: ${failure.reason}`);
      return E.right(undefined);
    },
    catchUp: async () => {
      const named = address();
      if (E.isLeft(named)) return E.left({ type: 'violations', violations: named.left });
      if (named.right?.store !== 'esdb') return E.right(undefined);
      const { text } = named.right;
      const opened = await openWireLog(text);
      if (E.isLeft(opened)) return E.left(unreachable(text, opened.left));
      try {
        return await readOn(text, opened.right);
      } finally {
        await opened.right.close();
      }
    },
  };
};
