import { toCniError } from '../../domain/cni/refusal.ts';
import type { HostFailure } from '../../domain/host/failure.ts';
import type { Log } from '../../domain/port/log.ts';
import type { LeaseTerm } from './lease-term.ts';
import type { Host } from './ports.ts';

type Lapse = Extract<HostFailure, { readonly type: 'lease-lapsed' }>;

type Known = Pick<LeaseTerm, 'leftSeconds' | 'silentSeconds'>;

/** Why nothing may be given from the lease at this moment: it has a TTL, and the ledger has not confirmed it in time. */
export const lapseOf = (host: Pick<Host, 'state'>, term: Known): Lapse | undefined => {
  const { lease, fence } = host.state();
  const ttlSeconds = lease?.leaseTtlSeconds;
  // Who is fenced for good has a better reason.
  if (ttlSeconds === undefined || fence !== undefined || term.leftSeconds(ttlSeconds) > 0) return undefined;
  return { type: 'lease-lapsed', ttlSeconds, silentSeconds: term.silentSeconds() };
};

/** Says once that the lease lapsed, and once that it is served again; to be called every now and then. */
export const tellingLapse = (host: Pick<Host, 'state'>, term: Known, log: Log): (() => void) => {
  let saidLapsed = false;
  return () => {
    const lapse = lapseOf(host, term);
    if (lapse !== undefined && !saidLapsed) {
      const { msg, details: remedy } = toCniError(lapse);
      log.error(`no address is given any more: ${msg}`, { remedy, failure: lapse });
    }
    if (lapse === undefined && saidLapsed && host.state().fence === undefined)
      log.info('the ledger confirms the lease of this node: addresses are given again');
    saidLapsed = lapse !== undefined;
  };
};
