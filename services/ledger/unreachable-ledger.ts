import { withoutPassword } from '../../domain/connection-string.ts';
import type { Words } from './words.ts';

const wayThere =
  'is it running, is this its address, and does tlsCAFile name a file with its authority (without TLS there: tls=false)?';

/** That a ledger on another machine cannot be reached now, for who waits for it. */
export const unreachableLedger = (reason: string): Words => ({
  msg: `the ledger cannot be reached: ${reason}`,
  remedy: `it is waited for; ${wayThere}`,
});

/** The same for a command, which ends with it. */
export const unreachedLedger = (text: string, reason: string): Words => ({
  msg: `the ledger ${withoutPassword(text)} cannot be reached: ${reason}`,
  remedy: `nothing was changed; ${wayThere}`,
});
