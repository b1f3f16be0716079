import { type Command, Option } from 'commander';
import { either as E } from 'fp-ts';
import type { Checked } from '../../domain/cluster/violation.ts';
import { type LogAddress, parseConnectionString, withoutPassword } from '../../domain/connection-string.ts';
import type { Clock } from '../../domain/port/clock.ts';
import type { OpenWireLog, WireLog, WireLogFailure } from '../../domain/port/wire-log.ts';
import type { AskFailure } from '../ask.ts';
import { isReadFailure } from '../read-failure.ts';
import { type MirrorPorts, mirrorLog } from './mirror.ts';
import type { MirrorFailure } from './mirror-rows.ts';
import { progress } from './progress.ts';
import type { Terminal } from './terminal.ts';

/** What `--ledger` names. */
export type Ledger = {
  /** `undefined`: nothing. */
  readonly address: () => Checked<LogAddress | undefined>;
  /** The file that answers; `undefined` when `--ledger` names none, and before the first `catchUp` of a log on another machine. */
  readonly path: () => string | undefined;
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

const unreachable = (text: string, failure: WireLogFailure): AskFailure => {
  const ledger = withoutPassword(text);
  switch (failure.type) {
    case 'unavailable':
      return {
        type: 'refused',
        msg: `the ledger ${ledger} cannot be reached: ${failure.reason}`,
        remedy: 'is it running, and is this its address? With TLS, tlsCAFile names a file with its authority',
      };
    case 'denied':
      return {
        type: 'refused',
        msg: `the ledger ${ledger} refuses access: ${failure.reason}`,
        remedy:
          failure.credential === 'refused'
            ? 'the user or the password is wrong, or the credential was revoked: evioctl credential list shows those that stand'
            : 'give a credential that reads all streams: evioctl credential issue NAME --role auditor',
      };
    case 'restored':
      return {
        type: 'refused',
        msg: `the ledger ${ledger} is not the one that it was when the reading began: ${failure.reason}`,
        remedy: 'ask again',
      };
    case 'no-ledger-there':
      return {
        type: 'refused',
        msg: `${ledger} is no ledger: ${failure.reason}`,
        remedy: 'name the event store that the cluster writes to',
      };
  }
};

const unmirrored = (failure: MirrorFailure): AskFailure =>
  failure.type === 'mirror-unavailable'
    ? {
        type: 'refused',
        msg: `the mirror ${failure.path} cannot be written: ${failure.reason}`,
        remedy: 'make room there, or name another folder with XDG_CACHE_HOME',
      }
    : {
        type: 'refused',
        msg: `the ledger cannot be mirrored: ${failure.reason}`,
        remedy: 'ask on its own machine, with --log and --archive',
      };

type LedgerPorts = MirrorPorts & {
  readonly openWireLog: OpenWireLog;
  readonly clock: Clock;
  readonly terminal: () => Terminal;
  /** As it was given. */
  readonly given: () => string | undefined;
};

export const openLedger = (ports: LedgerPorts): Ledger => {
  const { openWireLog, clock, terminal, given } = ports;
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
