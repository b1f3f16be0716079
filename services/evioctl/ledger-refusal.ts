import { withoutPassword } from '../../domain/connection-string.ts';
import type { WireLogFailure } from '../../domain/port/wire-log.ts';
import type { AskFailure } from '../ask.ts';
import { unreachedLedger } from '../ledger/unreachable-ledger.ts';
import type { MirrorFailure } from './mirror-rows.ts';

/** Why a ledger on another machine could not be read, and what helps. */
export const unreachable = (text: string, failure: WireLogFailure): AskFailure => {
  const ledger = withoutPassword(text);
  switch (failure.type) {
    case 'unavailable':
      return { type: 'refused', ...unreachedLedger(text, failure.reason) };
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

/** Why no mirror of it could be made. */
export const unmirrored = (failure: MirrorFailure): AskFailure =>
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
