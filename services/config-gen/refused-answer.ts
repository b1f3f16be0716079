import type { RefusedStatus, Status } from '../agent/status.ts';

/** What was asked for in this run: by which event, and since when the ledger has it. */
export type Asked = { readonly request: string | undefined; readonly heardAtMs: number | undefined };

/** An allocator that runs answers within a fraction of this. */
const graceMs = 5_000;

/**
 * Pure: the refusal that answers what was asked. One of an earlier request may be of the past: the answer to this one may still come.
 * But the same words are not written twice, so it stands when the ledger has the request and nothing else came for a while.
 */
export const refusedAnswer = (
  { refused }: Pick<Status, 'refused'>,
  { request, heardAtMs }: Asked,
  nowMs: number,
): RefusedStatus | undefined => {
  if (refused?.request === undefined || request === undefined || refused.request === request) return refused;
  return heardAtMs !== undefined && nowMs - heardAtMs >= graceMs ? refused : undefined;
};

/** Whether all that this node asked for is where the allocator reads. */
export const isHeard = ({ ledger }: Pick<Status, 'ledger'>): boolean =>
  ledger === undefined || (ledger.state === 'following' && ledger.lagEvents === 0);
