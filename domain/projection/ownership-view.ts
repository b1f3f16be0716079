import type { Allocation, DeletionReason, Pod } from '../host/events.ts';
import type { Mark } from './ownership-span.ts';

export type SpanView = {
  readonly node: string;
  readonly incarnation: string;
  readonly stream: string;
  readonly from: Mark;
  /** Absent while it lasts, as far as its stream is known. */
  readonly to?: Mark;
  /** It lasts as far as its stream is known, and nobody here can say whether it did until the moment that was asked for. */
  readonly unknownAfter?: string;
  /**
   * The writer's clock went back meanwhile: it may have shown any time between these, and times of spans before or behind
   * overlap. Order is by revision.
   */
  readonly clockWentBack?: { readonly earliest: string; readonly latest: string };
};

export type AllocationView = SpanView & {
  readonly network: string;
  readonly containerId: string;
  readonly ifname: string;
  readonly pod?: Pod;
  readonly addresses: ReadonlyArray<Allocation>;
  readonly mac: string;
  readonly netns: string;
  readonly status: 'reserved' | 'attached' | 'ended';
  readonly wired?: Mark;
  readonly reason?: DeletionReason;
  /** It began before `from`, in an era that is archived. */
  readonly carried?: true;
  /** Of the node's clock in the boot in which it began. */
  readonly clock: 'synchronised' | 'not synchronised' | 'not recorded';
};

export type LeaseView = SpanView & {
  readonly subnet: string;
  readonly status: 'leased' | 'revoked' | 'ended';
  readonly revoked?: Mark & { readonly reason: string };
  readonly by?: string;
};

export type MemberView = SpanView & {
  readonly hostAddress: string;
  readonly status: 'member' | 'ended';
};
