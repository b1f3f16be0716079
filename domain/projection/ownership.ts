import type { Boot, Horizon, StepBack } from './horizon.ts';
import {
  type AllocationSpan,
  type Grant,
  type Mark,
  momentOf,
  type OwnershipSpan,
} from './ownership-span.ts';

/** Spans that last, each by its stream and a key of its own there. */
export type OpenSpans<S extends OwnershipSpan> = {
  readonly get: (stream: string, key: string) => S | undefined;
  readonly set: (stream: string, key: string, span: S) => void;
  readonly delete: (stream: string, key: string) => void;
  readonly ofStream: (stream: string) => Iterable<readonly [string, S]>;
};

/** What the fold remembers, and where what is finished goes: its size is that of what is held, not of history. */
export type Ownership = {
  readonly horizons: Map<string, Horizon>;
  readonly allocations: OpenSpans<AllocationSpan>;
  readonly grants: OpenSpans<Grant>;
  /** Whether the payload of the event with this id was redacted. */
  readonly isRedacted: (id: string) => boolean;
  readonly ended: (span: OwnershipSpan) => void;
  readonly booted: (boot: Boot) => void;
  readonly steppedBack: (step: StepBack) => void;
};

/** The clock went back from `before` to `after` while it lasted. */
const stretch = <S extends OwnershipSpan>(span: S, before: number, after: number): S => ({
  ...span,
  earliest: Math.min(span.earliest, after),
  latest: Math.max(span.latest ?? before, before),
  wentBack: true,
});

const stretchAll = <S extends OwnershipSpan>(
  spans: OpenSpans<S>,
  stream: string,
  before: number,
  after: number,
): void => {
  for (const [key, span] of [...spans.ofStream(stream)]) spans.set(stream, key, stretch(span, before, after));
};

const end = <S extends OwnershipSpan>(span: S, to: Mark): S => ({
  ...span,
  to,
  latest: Math.max(span.latest ?? momentOf(to), momentOf(to)),
});

/** Records how far the stream is known now, and what a clock that went back does to spans that last. */
export const recordHorizon = (ownership: Ownership, stream: string, mark: Mark, writer: string): void => {
  const { position, revision } = mark;
  const at = momentOf(mark);
  const last = ownership.horizons.get(stream);
  if (last !== undefined && at < last.at) {
    const before = last.at;
    ownership.steppedBack({ stream, position, revision, before, after: at });
    stretchAll(ownership.allocations, stream, before, at);
    stretchAll(ownership.grants, stream, before, at);
  }
  ownership.horizons.set(stream, { stream, at, position, revision, writer });
};

/** A key that begins again without having ended (no sound stream does that) ends the span before it. */
export const begin = <S extends OwnershipSpan>(
  { ended }: Ownership,
  spans: OpenSpans<S>,
  key: string,
  span: S,
): void => {
  const before = spans.get(span.stream, key);
  if (before !== undefined) ended(end(before, span.from));
  spans.set(span.stream, key, span);
};

/** What never began is not ended. `because` adds what the event says of the end. */
export const finish = <S extends OwnershipSpan>(
  { ended }: Ownership,
  spans: OpenSpans<S>,
  stream: string,
  key: string,
  to: Mark,
  because: (span: S) => S,
): void => {
  const span = spans.get(stream, key);
  if (span === undefined) return;
  spans.delete(stream, key);
  ended(end(because(span), to));
};
