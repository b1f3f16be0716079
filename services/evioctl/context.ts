import type { Command } from 'commander';
import { either as E } from 'fp-ts';
import type { AgentConnection } from '../../domain/port/agent-connection.ts';
import type { Clock } from '../../domain/port/clock.ts';
import type { Sha256 } from '../../domain/port/digest.ts';
import type { ReadEtcdKeys } from '../../domain/port/etcd.ts';
import type { Files } from '../../domain/port/files.ts';
import type { ReadHostLocal } from '../../domain/port/host-local.ts';
import type { Ids } from '../../domain/port/ids.ts';
import type { LogReader, LogUnreadable } from '../../domain/port/log-reader.ts';
import type { RestoreLog } from '../../domain/port/log-restore.ts';
import type { WriteNewFolder } from '../../domain/port/new-folder.ts';
import type { OpenOwnershipIndex } from '../../domain/port/ownership-index.ts';
import type { OpenSigner, VerifySignature } from '../../domain/port/signature.ts';
import type { TextFiles } from '../../domain/port/text-file.ts';
import type { Timer } from '../../domain/port/timer.ts';
import { isReadFailure } from '../read-failure.ts';
import { type ExitCode, exitCodes } from './exit-code.ts';
import { printFailure, type Terminal } from './terminal.ts';

/** The world as evioctl's commands see it; asked for when a command runs, after the options are read. */
export type Context = {
  readonly agent: () => AgentConnection;
  readonly terminal: () => Terminal;
  /** The log that `--log` names, read in place: no agent need run. */
  readonly openLog: () => E.Either<LogUnreadable, LogReader>;
  /** Another log, by its file. */
  readonly openLogAt: (path: string) => E.Either<LogUnreadable, LogReader>;
  /** What `--log` names. */
  readonly logPath: () => string;
  readonly openSigner: OpenSigner;
  readonly verifySignature: VerifySignature;
  readonly restoreLog: RestoreLog;
  readonly files: Files;
  readonly textFiles: TextFiles;
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

/** Runs a command on the log; the log is closed behind it, whatever happens. What of it cannot be read is told, and what to do. */
export const onLog = async (
  { openLog, terminal }: Context,
  run: (log: LogReader, terminal: Terminal) => Promise<ExitCode>,
): Promise<void> => {
  const opened = openLog();
  if (E.isLeft(opened)) {
    const { path, reason, remedy } = opened.left;
    printFailure(terminal(), { type: 'refused', msg: `the log ${path} cannot be read: ${reason}`, remedy });
    process.exitCode = exitCodes.refused;
    return;
  }
  try {
    process.exitCode = await run(opened.right, terminal());
  } catch (error) {
    if (!isReadFailure(error)) throw error;
    // A line of progress may stand there.
    terminal().draw?.('');
    printFailure(terminal(), {
      type: 'refused',
      msg: `the log cannot be read: ${error.reason}`,
      remedy: 'evioctl verify says where the damage begins; restore the log from a copy',
    });
    process.exitCode = exitCodes.refused;
  } finally {
    opened.right.close();
  }
};
