import { option as O } from 'fp-ts';
import { hostsOf } from '../../domain/connection-string.ts';
import type { LedgerLink } from '../../domain/port/ledger-link.ts';
import type { EsdbOptions } from './open.ts';

/** Nobody waits here: whoever follows a ledger knows by himself when to ask again. */
const atOnce = () => O.none;

/**
 * Milliseconds. A ledger to which a thousand nodes come at once is slow for a while, and a call that is given up and made again on another
 * connection makes it slower. One that is gone is found by the connection's own pings.
 */
const patientDeadline = 60_000;

const patiently = (text: string): string =>
  /[?&]defaultDeadline=/i.test(text)
    ? text
    : `${text}${text.includes('?') ? '&' : '?'}defaultDeadline=${patientDeadline}`;

/** The way to the event store that `text` names; what speaks with it is loaded when it is gone for the first time. */
export const ledgerLink = (
  options: Omit<EsdbOptions, 'patience' | 'isOurs'>,
  markPath: string,
): LedgerLink => ({
  name: hostsOf(options.text),
  markPath,
  open: async () =>
    (await import('./open.ts')).openEsdbStore({
      ...options,
      text: patiently(options.text),
      patience: atOnce,
    }),
});
