import { type Moment, utc } from '../time/moment.ts';
import type { Point } from '../time/point.ts';
import type { ClockView } from './clock-view.ts';
import type { Horizons } from './horizon-answer.ts';
import {
  type AllocationSpan,
  type LeaseSpan,
  type Mark,
  type MemberSpan,
  momentOf,
  type Span,
} from './ownership-span.ts';
import type { AllocationView, LeaseView, MemberView, SpanView } from './ownership-view.ts';

/** How spans look from a point; from the log's end when there is none. */
export type Views = {
  readonly allocation: (span: AllocationSpan) => AllocationView;
  readonly lease: (span: LeaseSpan) => LeaseView;
  readonly member: (span: MemberSpan) => MemberView;
};

/** Tens of thousands are made for one answer: each is one object, filled where it is made. */
type Filling<View> = { -readonly [Key in keyof View]: View[Key] };

/** Whether a mark lies at or before the point. Times of one length and zone are in the order of their texts. */
const seenFrom = (point: Point | undefined): ((mark: Mark) => boolean) => {
  if (point === undefined) return () => true;
  if ('position' in point) return ({ position }) => position <= point.position;
  const text = utc(point.at);
  const [{ length }, last, zulu] = [text, text.length - 1, 'Z'.charCodeAt(0)];
  return (mark) =>
    mark.time.length === length && mark.time.charCodeAt(last) === zulu
      ? mark.time <= text
      : momentOf(mark) <= point.at;
};

/** Whether it was over, seen from there. */
const isOver = ({ to, latest }: Span, point: Point | undefined): boolean => {
  if (to === undefined || point === undefined) return to !== undefined;
  return 'position' in point ? to.position <= point.position : (latest ?? momentOf(to)) <= point.at;
};

/** By the writers' clocks the end is told even where it lies ahead of the point; as of a position the log did not know it. */
const knowsEnd = (span: Span, point: Point | undefined): boolean =>
  span.to !== undefined && (point === undefined || 'at' in point || isOver(span, point));

/** What all spans of a stream share. */
type StreamView = {
  /** When lasting spans become uncertain, if that is before what was asked for. */
  readonly unknownAfter: string | undefined;
  readonly clockAt: (position: number) => ClockView;
};

/** `asked`: the last moment that the question is about; a lasting span is known up to its stream's horizon only. */
const streamViews = (horizons: Horizons, asked: Moment | undefined) => {
  const views = new Map<string, StreamView>();
  return (stream: string): StreamView => {
    const known = views.get(stream);
    if (known !== undefined) return known;
    const completeTo = horizons.completeTo(stream);
    const unsure = asked !== undefined && completeTo !== undefined && completeTo < asked;
    const view: StreamView = {
      unknownAfter: unsure ? utc(completeTo) : undefined,
      clockAt: horizons.clockAt(stream),
    };
    views.set(stream, view);
    return view;
  };
};

export const viewsFrom = (horizons: Horizons, point: Point | undefined, asked: Moment | undefined): Views => {
  const viewOf = streamViews(horizons, asked);
  const isSeen = seenFrom(point);
  const complete = <View extends SpanView>(view: Filling<View>, span: Span, of: StreamView): View => {
    const { to, wentBack, earliest, latest } = span;
    if (to !== undefined && knowsEnd(span, point)) view.to = to;
    else if (of.unknownAfter !== undefined) view.unknownAfter = of.unknownAfter;
    if (wentBack) view.clockWentBack = { earliest: utc(earliest), latest: utc(latest ?? earliest) };
    return view;
  };
  return {
    allocation: (span) => {
      const { network, containerId, ifname, pod, podRedacted, addresses, mac, netns, wired, reason } = span;
      const { node, incarnation, stream, from } = span;
      const attached = wired !== undefined && isSeen(wired);
      const of = viewOf(stream);
      const view: Filling<AllocationView> = {
        network,
        containerId,
        ifname,
        addresses,
        mac,
        netns,
        node,
        incarnation,
        stream,
        status: isOver(span, point) ? 'ended' : attached ? 'attached' : 'reserved',
        from,
        clock: of.clockAt(from.position),
      };
      if (pod !== undefined) view.pod = pod;
      if (podRedacted) view.podRedacted = podRedacted;
      if (span.carried !== undefined) view.carried = true;
      if (attached) view.wired = wired;
      if (reason !== undefined && knowsEnd(span, point)) view.reason = reason;
      return complete(view, span, of);
    },
    lease: (span) => {
      const { subnet, revoked, by, node, incarnation, stream, from } = span;
      const wasRevoked = revoked !== undefined && isSeen(revoked);
      const status = isOver(span, point) ? 'ended' : wasRevoked ? 'revoked' : 'leased';
      const of = viewOf(stream);
      const clock = of.clockAt(from.position);
      const view: Filling<LeaseView> = { subnet, status, node, incarnation, stream, from, clock };
      if (wasRevoked) view.revoked = revoked;
      if (by !== undefined && knowsEnd(span, point)) view.by = by;
      return complete(view, span, of);
    },
    member: (span) => {
      const { hostAddress, node, incarnation, stream, from } = span;
      const status = isOver(span, point) ? 'ended' : 'member';
      const of = viewOf(stream);
      const clock = of.clockAt(from.position);
      return complete({ hostAddress, status, node, incarnation, stream, from, clock }, span, of);
    },
  };
};
