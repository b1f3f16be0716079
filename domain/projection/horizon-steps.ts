import type { OwnershipIndex } from '../port/ownership-index.ts';
import { utc } from '../time/moment.ts';
import type { Period } from './ownership-span.ts';

/** A clock that went back: times between `after` and `before` came twice for this stream. RFC 3339 UTC. */
export type StepView = {
  readonly stream: string;
  readonly position: number;
  readonly revision: number;
  readonly before: string;
  readonly after: string;
};

/** The steps back of these streams that make times of the period ambiguous. */
export const stepsIn = (
  index: OwnershipIndex,
  streams: Iterable<string>,
  period: Period,
): ReadonlyArray<StepView> =>
  [...streams].flatMap((stream) =>
    index
      .stepsBack(stream)
      .filter(({ before, after }) => after <= period.to && before >= period.from)
      .map(({ position, revision, before, after }) => ({
        stream,
        position,
        revision,
        before: utc(before),
        after: utc(after),
      })),
  );
