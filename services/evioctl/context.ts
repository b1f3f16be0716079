import type { Command } from 'commander';
import { either as E } from 'fp-ts';
import type { AgentConnection } from '../../domain/port/agent-connection.ts';
import type { ChainsAhead } from '../../domain/port/chains-ahead.ts';
import type { Clock } from '../../domain/port/clock.ts';
import type { Sha256 } from '../../domain/port/digest.ts';
import type { DroppableLog } from '../../domain/port/drop-era.ts';
import type { ReadEtcdKeys } from '../../domain/port/etcd.ts';
import type { Files } from '../../domain/port/files.ts';
import type { ReadHostLocal } from '../../domain/port/host-local.ts';
import type { Ids } from '../../domain/port/ids.ts';
import type { LogReader, LogUnreadable } from '../../domain/port/log-reader.ts';
import type { RestoreLog } from '../../domain/port/log-restore.ts';
import type { WriteNewFolder } from '../../domain/port/new-folder.ts';
import type { OpenOwnershipIndex } from '../../domain/port/ownership-index.ts';
import type { Exclusively, Passwords } from '../../domain/port/passwords.ts';
import type { StartReplay } from '../../domain/port/replay-ahead.ts';
import type { OpenSigner, VerifySignature } from '../../domain/port/signature.ts';
import type { TextFiles } from '../../domain/port/text-file.ts';
import type { Timer } from '../../domain/port/timer.ts';
import { NeedsArchive } from '../../domain/transfer/archived-gap.ts';
import type { StartFailure } from '../agent/start-failure.ts';
import type { AskFailure } from '../ask.ts';
import type { CommandPorts } from '../ledger/command-cluster.ts';
import { isReadFailure } from '../read-failure.ts';
import { openArchives } from './archive-option.ts';
import { type ExitCode, exitCodes } from './exit-code.ts';
import type { Ledger } from './ledger.ts';
import { printFailure, type Terminal } from './terminal.ts';

/** The world as evioctl's commands see it; asked for when a command runs, after the options are read. */
export type Context = {
  readonly agent: () => AgentConnection;
  readonly terminal: () => Terminal;
  /** The log that `--log` names, read in place: no agent need run. */
  readonly openLog: () => E.Either<LogUnreadable, LogReader>;
  /** The same to write to, under its lock: only where no agent has it. */
  readonly openLogToWrite: () => E.Either<StartFailure, DroppableLog>;
  /** Another log, by its file. */
  readonly openLogAt: (path: string) => E.Either<LogUnreadable, LogReader>;
  /** What `--archive` names. */
  readonly archives: () => ReadonlyArray<string>;
  /** What `--log` names, or where the mirror of what `--ledger` names is. */
  readonly logPath: () => string;
  readonly ledger: Ledger;
  /** Opens what `--ledger` names to write an operator's decision into it. */
  readonly commanding: CommandPorts;
  /** Follows the chains of what `--log` names in a thread, up to a position. */
  readonly followChains: (last: number) => ChainsAhead;
  /** Folds some streams of what `--log` names in a thread. */
  readonly startReplay: StartReplay;
  readonly openSigner: OpenSigner;
  readonly verifySignature: VerifySignature;
  readonly restoreLog: RestoreLog;
  readonly files: Files;
  readonly textFiles: TextFiles;
  readonly exclusively: Exclusively;
  readonly passwords: Passwords;
  readonly writeNewFolder: WriteNewFolder;
  readonly readHostLocal: ReadHostLocal;
  readonly readEtcdKeys: ReadEtcdKeys;
  /** The derived index of what `--log` names. */
  readonly openIndex: OpenOwnershipIndex;
  /** The reader's time zone, by its IANA name. */
  readonly zone: string;
  readonly clock: Clock;
  readonly timer: Pick<Timer, 'sleep'>;
  /** Whether a person reads stdout. */
  readonly isTerminal: boolean;
  /** Who asks. */
  readonly userName: () => string;
  readonly sha256: Sha256;
  readonly ids: Ids;
};

/** Adds one command, or a family of them, to the program. */
export type AddCommand = (program: Command, context: Context) => void;

/** Reads from the log; it is closed behind that, whatever happens. What of it cannot be read is told, and what to do. */
export const readingLog = async <A>(
  { openLog, terminal, archives, textFiles }: Context,
  read: (log: LogReader) => A | Promise<A>,
): Promise<E.Either<AskFailure, A>> => {
  const refused = (msg: string, remedy: string): E.Either<AskFailure, never> =>
    E.left({ type: 'refused', msg, remedy });
  const opened = openLog();
  if (E.isLeft(opened)) {
    const { path, reason, remedy } = opened.left;
    return refused(`the log ${path} cannot be read: ${reason}`, remedy);
  }
  const log = opened.right;
  try {
    const whole = openArchives(textFiles, log, archives());
    return E.isLeft(whole) ? whole : E.right(await read(whole.right));
  } catch (error) {
    // A line of progress may stand there.
    terminal().draw?.('');
    if (error instanceof NeedsArchive) return refused(error.message, 'give that file with --archive FILE');
    if (!isReadFailure(error) || error.type !== 'unavailable') throw error;
    return refused(
      `the log cannot be read: ${error.reason}`,
      'evioctl verify says where the damage begins; restore the log from a copy',
    );
  } finally {
    log.close();
  }
};

/** Runs a command on the log. */
export const onLog = async (
  context: Context,
  run: (log: LogReader, terminal: Terminal) => Promise<ExitCode>,
): Promise<void> => {
  const ran = await readingLog(context, (log) => run(log, context.terminal()));
  if (E.isLeft(ran)) printFailure(context.terminal(), ran.left);
  process.exitCode = E.isLeft(ran) ? exitCodes.refused : ran.right;
};
