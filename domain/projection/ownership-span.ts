import { attachmentKey, poolKey } from '../host/attachment.ts';
import type { Allocation, DeletionReason } from '../host/events.ts';
import type { PoolAllocation, ReleaseReason } from '../host/ipam/events.ts';
import type { NodeName } from '../identity/node-name.ts';
import type { Incarnation } from '../identity/uuid.ts';
import type { IpAddress } from '../ip/address.ts';
import type { Cidr } from '../ip/cidr.ts';
import type { Moment } from '../time/moment.ts';
import type { PodOf } from './pod-words.ts';

/** An event as the end of a span: by its writer's clock and by its place. */
export type Mark = {
  /** Its writer's, RFC 3339 UTC. */
  readonly time: string;
  readonly position: number;
  readonly revision: number;
  /** Its id. */
  readonly event: string;
};

/**
 * From which event to which something was so, by one stream. Order is by revision. A writer's clock may have gone back
 * meanwhile: then `earliest` and `latest` enclose every time that it may have shown, so that no question about a time of
 * those is answered "nobody".
 */
export type Span = {
  readonly stream: string;
  readonly node: NodeName;
  readonly incarnation: Incarnation;
  readonly from: Mark;
  /** Absent while it lasts, as far as the stream is known. */
  readonly to?: Mark;
  readonly earliest: Moment;
  /** While it lasts: only what the clock had shown before it went back. */
  readonly latest?: Moment;
  /** The writer's clock went back while it lasted. */
  readonly wentBack?: true;
};

/** A text that is no time counts as the beginning of all: events are never refused for their writer's clock. */
export const momentOf = ({ time }: Pick<Mark, 'time'>): Moment => {
  const moment = Date.parse(time);
  return Number.isNaN(moment) ? 0 : moment;
};

/** An attachment that held addresses. */
export type AllocationSpan = Span &
  PodOf & {
    readonly kind: 'allocation';
    readonly network: string;
    readonly containerId: string;
    readonly ifname: string;
    readonly addresses: ReadonlyArray<Pick<Allocation | PoolAllocation, 'address' | 'choice'>>;
    /** Empty where another plugin wires the attachment, and evio-ipam gives the addresses. */
    readonly mac: string;
    /** Its path; empty where it is not known. */
    readonly netns: string;
    readonly wired?: Mark;
    /** `life-ended`: another life of the node goes on in its place, and says by itself which pods it found. */
    readonly reason?: DeletionReason | ReleaseReason | 'life-ended';
    /**
     * It began before `from`, in an era that is archived: `from` is the `EraOpened` that tells of it, as of so many others; this is its
     * place among them, from 1.
     */
    readonly carried?: number;
  };

/** Given by evio-ipam, and wired by another plugin. */
export const isFromPool = ({ mac }: Pick<AllocationSpan, 'mac'>): boolean => mac === '';

/** What a lasting allocation goes by in its stream. */
export const allocationKey = (span: AllocationSpan): string =>
  isFromPool(span) ? poolKey(span) : attachmentKey(span);

/** A node that held a subnet; `incarnation` is the life that holds it, or held it last. */
export type LeaseSpan = Span & {
  readonly kind: 'lease';
  readonly subnet: Cidr;
  readonly revoked?: Mark & { readonly reason: string };
  readonly by?: 'holder' | 'attestation' | 'ttl';
};

/** A life of a node that was a member of the cluster, with the node's host address. */
export type MemberSpan = Span & {
  readonly kind: 'member';
  readonly hostAddress: IpAddress;
  readonly attested?: Mark & { readonly reason: string };
  /** The life whose place it took. */
  readonly replaces?: Incarnation;
  /** It ended when this life took its place; absent: the node left. */
  readonly replacedBy?: Incarnation;
};

/** What the cluster gave. */
export type Grant = LeaseSpan | MemberSpan;

export type OwnershipSpan = AllocationSpan | Grant;

/** From one moment to another, both included. */
export type Period = { readonly from: Moment; readonly to: Moment };

/** Whether it lasted at some moment of the period, by its writer's clock: from its first moment to before its last. */
export const touches = ({ earliest, latest, to: end }: Span, { from, to }: Period): boolean =>
  earliest <= to && (end === undefined || (latest ?? from) > from);

/** Whether a log that ended at this position knew it as lasting. */
export const knownAsOf = ({ from, to }: Span, position: number): boolean =>
  from.position <= position && (to === undefined || to.position > position);
