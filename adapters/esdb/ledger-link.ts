import { option as O } from 'fp-ts';
import { hostsOf } from '../../domain/connection-string.ts';
import type { LedgerLink } from '../../domain/port/ledger-link.ts';
import type { EsdbOptions } from './open.ts';

/** Nobody waits here: whoever follows a ledger knows by himself when to ask again. */
const atOnce = () => O.none;

/** The way to the event store that `text` names; what speaks with it is loaded when it is gone for the first time. */
export const ledgerLink = (
  options: Omit<EsdbOptions, 'patience' | 'isOurs'>,
  markPath: string,
): LedgerLink => ({
  name: hostsOf(options.text),
  markPath,
  open: async () => (await import('./open.ts')).openEsdbStore({ ...options, patience: atOnce }),
});
