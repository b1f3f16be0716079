import * as t from 'io-ts';

/**
 * The node is there, and follows its ledger: it keeps a lease with a TTL alive. What else the ledger has of its stream renews as well. This shape is
 * the storage format (`events.ts` says the rules); it is generation 7.
 */
export const LeaseRenewed = t.strict({ type: t.literal('LeaseRenewed') });
export type LeaseRenewed = t.TypeOf<typeof LeaseRenewed>;
