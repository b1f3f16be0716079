import type { ClockView } from './clock-view.ts';
import type { AllocationSpan, LeaseSpan, MemberSpan, Span } from './ownership-span.ts';

/** What is told of every span. `to` is absent while it lasts, as far as its stream is known. */
export type SpanView = Pick<Span, 'stream' | 'node' | 'incarnation' | 'from' | 'to'> & {
  /** Of the clock that `from` was read from, in the boot in which it began. */
  readonly clock: ClockView;
  /** It lasts as far as its stream is known, and nobody here can say whether it did until the moment that was asked for. */
  readonly unknownAfter?: string;
  /**
   * The writer's clock went back meanwhile: it may have shown any time between these, and times of spans before or behind
   * overlap. Order is by revision.
   */
  readonly clockWentBack?: { readonly earliest: string; readonly latest: string };
};

/** A span as it looks from a point: its own fields, and what state it was in. */
type Seen<Of extends Span, Status extends string> = SpanView &
  Omit<Of, keyof Span | 'kind' | 'carried'> & { readonly status: Status };

export type AllocationView = Seen<AllocationSpan, 'reserved' | 'attached' | 'ended'> & {
  /** It began before `from`, in an era that is archived. */
  readonly carried?: true;
};

export type LeaseView = Seen<LeaseSpan, 'leased' | 'revoked' | 'ended'>;

export type MemberView = Seen<MemberSpan, 'member' | 'ended'>;
