import { attachmentKey } from '../host/attachment.ts';
import type { OwnershipIndex } from '../port/ownership-index.ts';
import { type Moment, utc } from '../time/moment.ts';
import type { Point } from '../time/point.ts';
import { together } from './clock-view.ts';
import { type Contradiction, doubleAddresses, doubleLeases } from './contradiction.ts';
import { type Horizons, horizonsOf, type Known } from './horizon-answer.ts';
import { type StepView, stepsIn } from './horizon-steps.ts';
import { clusterStreams, hostStreamOf } from './horizon-streams.ts';
import type { AllocationView, LeaseView } from './ownership-view.ts';
import { type Views, viewsFrom } from './ownership-views.ts';

/** A point as answers give it. */
export type PointView = { readonly at: string } | { readonly position: number };

export const pointView = (point: Point): PointView => ('at' in point ? { at: utc(point.at) } : point);

type Answer = {
  readonly point: PointView;
  readonly contradictions: ReadonlyArray<Contradiction>;
  readonly known: ReadonlyArray<Known>;
  readonly stepsBack: ReadonlyArray<StepView>;
};

export type PodsAt = Answer & { readonly pods: ReadonlyArray<AllocationView> };

/** `hostAddress` is absent where the node's joining is not known from there. */
export type LeaseAt = LeaseView & { readonly hostAddress?: string };
export type LeasesAt = Answer & { readonly leases: ReadonlyArray<LeaseAt> };

type Look = {
  readonly horizons: Horizons;
  readonly views: Views;
  readonly asked: Moment | undefined;
  readonly answer: (streams: Iterable<string>, contradictions: ReadonlyArray<Contradiction>) => Answer;
};

const lookFrom = (index: OwnershipIndex, point: Point): Look => {
  const asked = 'at' in point ? point.at : undefined;
  const horizons = horizonsOf(index, 'position' in point ? point.position : undefined);
  return {
    horizons,
    views: viewsFrom(horizons, point, asked),
    asked,
    answer: (streams, contradictions) => {
      const involved = new Set([...clusterStreams(horizons.streams()), ...streams]);
      return {
        point: pointView(point),
        contradictions,
        known: [...involved].map((stream) => horizons.known(stream, asked)),
        stepsBack: asked === undefined ? [] : stepsIn(index, involved, { from: asked, to: asked }),
      };
    },
  };
};

/** Every attachment that held addresses, on every node: by the writers' clocks at a moment, by the log at a position. */
export const podsAt = (index: OwnershipIndex, point: Point): PodsAt => {
  const { views, answer } = lookFrom(index, point);
  const spans = index.allocationsAt(point);
  const pods = spans.map(views.allocation);
  const holding = index
    .grantsAt(point)
    .map(({ stream, node, incarnation }) => hostStreamOf(stream, node, incarnation));
  const streams = [...holding, ...spans.map(({ stream }) => stream)];
  return { pods, ...answer(streams, doubleAddresses(pods)) };
};

/** Every lease that lasted. */
export const leasesAt = (index: OwnershipIndex, point: Point): LeasesAt => {
  const { views, answer } = lookFrom(index, point);
  const grants = index.grantsAt(point);
  const members = new Map(
    grants.flatMap((grant) => (grant.kind === 'member' ? [[grant.node, grant.hostAddress] as const] : [])),
  );
  const leases = grants.flatMap((grant) => {
    if (grant.kind !== 'lease') return [];
    const hostAddress = members.get(grant.node);
    return [{ ...views.lease(grant), ...(hostAddress === undefined ? {} : { hostAddress }) }];
  });
  return { leases, ...answer([], doubleLeases(leases)) };
};

export type Changed<View> = { readonly before: View; readonly after: View };

export type Difference<View> = {
  readonly added: ReadonlyArray<View>;
  readonly removed: ReadonlyArray<View>;
  readonly changed: ReadonlyArray<Changed<View>>;
};

const difference = <View extends { readonly from: { readonly position: number } }>(
  before: ReadonlyArray<View>,
  after: ReadonlyArray<View>,
  keyOf: (view: View) => string,
  told: (view: View) => unknown,
): Difference<View> => {
  const old = new Map(before.map((view) => [keyOf(view), view]));
  const added: View[] = [];
  const changed: Changed<View>[] = [];
  for (const view of after) {
    const was = old.get(keyOf(view));
    if (was === undefined) added.push(view);
    else if (JSON.stringify(told(was)) !== JSON.stringify(told(view)))
      changed.push({ before: was, after: view });
    old.delete(keyOf(view));
  }
  return { added, removed: [...old.values()], changed };
};

export type Diff = {
  readonly from: PointView;
  readonly to: PointView;
  readonly leases: Difference<LeaseAt>;
  readonly pods: Difference<AllocationView>;
  readonly contradictions: ReadonlyArray<Contradiction>;
  readonly known: ReadonlyArray<Known>;
};

/** What differs rests on the clocks at both points. */
const atBoth = (before: ReadonlyMap<string, Known>, known: Known): Known => {
  const clock = before.get(known.stream)?.clock;
  return known.clock === undefined || clock === undefined
    ? known
    : { ...known, clock: together([clock, known.clock]) };
};

/** What was added, removed and changed between two points; the second may be the earlier one. */
export const diff = (index: OwnershipIndex, from: Point, to: Point): Diff => {
  const [leasesBefore, leasesAfter] = [leasesAt(index, from), leasesAt(index, to)];
  const [podsBefore, podsAfter] = [podsAt(index, from), podsAt(index, to)];
  const knownBefore = new Map(podsBefore.known.map((known) => [known.stream, known]));
  const podKey = (view: AllocationView): string => `${view.stream}/${attachmentKey(view)}`;
  return {
    from: pointView(from),
    to: pointView(to),
    leases: difference(
      leasesBefore.leases,
      leasesAfter.leases,
      ({ stream, subnet }) => `${stream} ${subnet}`,
      ({ from: { position }, status, revoked }) => [position, status, revoked],
    ),
    pods: difference(podsBefore.pods, podsAfter.pods, podKey, ({ from: { position }, status }) => [
      position,
      status,
    ]),
    contradictions: [
      ...leasesBefore.contradictions,
      ...podsBefore.contradictions,
      ...leasesAfter.contradictions,
      ...podsAfter.contradictions,
    ],
    known: podsAfter.known.map((known) => atBoth(knownBefore, known)),
  };
};
