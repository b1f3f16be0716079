import type { OwnershipIndex } from '../port/ownership-index.ts';
import { parseHostStream } from '../stream.ts';
import { type Moment, utc } from '../time/moment.ts';
import { type ClocksView, type ClockView, clockAt, clocksIn } from './clock-view.ts';
import type { Boot, Horizon } from './horizon.ts';

/** How far an answer's log knows one stream. */
export type Known = {
  readonly stream: string;
  /** The node's name, or `cluster NAME`. */
  readonly of: string;
  /** RFC 3339 UTC; absent: this log has no event of the stream. */
  readonly completeTo?: string;
  readonly position?: number;
  /** What its writer did until then is in an archive that was not given: the SHA-256 of the newest such file. */
  readonly archived?: { readonly until: string; readonly position: number; readonly archive: string };
  /** Whether all that was asked for lies within what is known. */
  readonly complete: boolean;
  /** Of the node's clock, in the boots that were asked about. Absent in the answer of an older evio-ledger. */
  readonly clock?: ClocksView;
};

const writerOf = (stream: string): string =>
  parseHostStream(stream)?.node ?? stream.replace(/^cluster-/, 'cluster ');

/** Looks streams up, as of a position or of the log's end. */
export type Horizons = {
  /** The moment up to which nothing of the stream is missing; `undefined`: there is nothing of it. */
  readonly completeTo: (stream: string) => Moment | undefined;
  /** `since`: the first moment that was asked about; absent: it is `asked`. */
  readonly known: (stream: string, asked: Moment | undefined, since?: Moment) => Known;
  /** Of the clock that an event's time is from. */
  readonly clockAt: (stream: string) => (position: number) => ClockView;
  readonly streams: () => Iterable<string>;
};

/** A cluster's stream has no boots: nodes do not write it. */
const isOfNode = (stream: string): boolean => parseHostStream(stream) !== undefined;

type Clocks = {
  readonly at: (stream: string) => (position: number) => ClockView;
  readonly in: (stream: string, since: Moment | undefined, to: Moment | undefined) => ClocksView;
};

/** Both may ask for those of one stream: they are looked up once. */
const clocksOf = (index: OwnershipIndex): Clocks => {
  const known = new Map<string, ReadonlyArray<Boot> | undefined>();
  const bootsOf = (stream: string): ReadonlyArray<Boot> | undefined => {
    if (!known.has(stream)) known.set(stream, isOfNode(stream) ? index.boots(stream) : undefined);
    return known.get(stream);
  };
  return {
    at: (stream) => {
      const boots = bootsOf(stream);
      return boots === undefined ? () => 'not of a node' : clockAt(boots);
    },
    in: (stream, from, to) => {
      const boots = bootsOf(stream);
      if (boots === undefined) return 'not of a node';
      return clocksIn(boots, to === undefined ? undefined : { from: from ?? to, to });
    },
  };
};

/**
 * A stream that this very log is written with has no event that is not here: it is known up to the log's last event of any stream.
 * Of any other, its last event here is all that is sure.
 */
export const horizonsOf = (index: OwnershipIndex, position?: number): Horizons => {
  const { logId, end } = index.log;
  const horizons = new Map(index.horizons(position).map((horizon) => [horizon.stream, horizon]));
  const recorded = end === undefined || position !== undefined ? 0 : Date.parse(end.recordedAt);
  const sure = ({ at, writer }: Horizon): Moment => (writer === logId ? Math.max(at, recorded) : at);
  const completeTo = (stream: string): Moment | undefined => {
    const horizon = horizons.get(stream);
    return horizon && sure(horizon);
  };
  const clocks = clocksOf(index);
  return {
    completeTo,
    clockAt: clocks.at,
    known: (stream, asked, since = asked) => {
      const horizon = horizons.get(stream);
      const of = writerOf(stream);
      const clock = position === undefined ? clocks.in(stream, since, asked) : clocks.at(stream)(position);
      if (horizon === undefined) return { stream, of, complete: false, clock };
      const moment = sure(horizon);
      const gap = index.log.gaps.findLast((one) => one.stream === stream);
      const reached = asked === undefined || asked <= moment;
      const begins = gap === undefined || (since !== undefined && Date.parse(gap.recordedAt) < since);
      return {
        stream,
        of,
        completeTo: utc(moment),
        position: horizon.position,
        ...(gap && { archived: { until: gap.recordedAt, position: gap.position, archive: gap.archive } }),
        complete: reached && begins,
        clock,
      };
    },
    streams: () => horizons.keys(),
  };
};
