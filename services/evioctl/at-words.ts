import type { LeaseAt, LeasesAt, PodsAt, PointView } from '../../domain/projection/ownership-at.ts';
import type { AllocationView } from '../../domain/projection/ownership-view.ts';
import { podWords } from '../../domain/projection/pod-words.ts';
import { describeMoment } from '../../domain/time/moment.ts';
import { columns } from './columns.ts';
import { status } from './paint.ts';
import { footer, inZone, type TimeWords } from './past-words.ts';

export const pointWords = (point: PointView, zone: string): string =>
  'at' in point ? `at ${describeMoment(Date.parse(point.at), zone)}` : `as of position ${point.position}`;

const until = ({ to, unknownAfter }: AllocationView | LeaseAt, words: TimeWords): string => {
  if (to !== undefined) return words(to.time);
  return unknownAfter === undefined ? '-' : `unknown after ${words(unknownAfter)}`;
};

export const podHead = ['ADDRESSES', 'STATUS', 'POD', 'NODE', 'CONTAINER', 'IFNAME', 'NETWORK', 'FROM', 'TO'];

export const podRow =
  (words: TimeWords) =>
  (view: AllocationView): ReadonlyArray<string> => [
    view.addresses.map(({ address }) => address).join(','),
    status(view.status),
    podWords(view, '-'),
    view.node,
    view.containerId.slice(0, 12),
    view.ifname,
    view.network,
    words(view.from.time),
    until(view, words),
  ];

export const leaseHead = ['SUBNET', 'NODE', 'HOST ADDRESS', 'STATUS', 'FROM', 'TO'];

export const leaseRow =
  (words: TimeWords) =>
  (view: LeaseAt): ReadonlyArray<string> => [
    view.subnet,
    view.node,
    view.hostAddress ?? '-',
    status(view.status),
    words(view.from.time),
    until(view, words),
  ];

export const podsAtWords = (answer: PodsAt, zone: string): string => {
  const words = inZone(zone);
  const { pods, point } = answer;
  return [
    `${pods.length} pods ${pointWords(point, zone)}`,
    '',
    ...(pods.length === 0 ? [] : [columns(podHead, pods.map(podRow(words))), '']),
    ...footer(answer, words),
  ].join('\n');
};

export const leasesAtWords = (answer: LeasesAt, zone: string): string => {
  const words = inZone(zone);
  const { leases, point } = answer;
  return [
    `${leases.length} leases ${pointWords(point, zone)}`,
    '',
    ...(leases.length === 0 ? [] : [columns(leaseHead, leases.map(leaseRow(words))), '']),
    ...footer(answer, words),
  ].join('\n');
};
