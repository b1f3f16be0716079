import { parseHostStream } from '../stream.ts';
import { utc } from '../time/moment.ts';
import type { ClockView } from './clock-view.ts';
import type { Boot } from './horizon.ts';
import { isFromPool, type Mark, type OwnershipSpan } from './ownership-span.ts';
import { podWords } from './pod-words.ts';

/** One event of somebody's history. */
export type HistoryEntry = {
  /** By its writer's clock, RFC 3339 UTC. */
  readonly time: string;
  readonly position: number;
  readonly revision: number;
  readonly stream: string;
  readonly node: string;
  readonly type: string;
  readonly what: string;
  /** Of the clock that `time` was read from. */
  readonly clock: ClockView;
};

/** Of the clock that wrote an event, by stream and position. */
export type ClockOf = (stream: string) => (position: number) => ClockView;

const ends = (span: OwnershipSpan): readonly [type: string, what: string] => {
  switch (span.kind) {
    case 'allocation':
      if (span.reason === 'life-ended')
        return [
          'IncarnationContinued',
          `${addresses(span)} no more of this life: the node goes on in another`,
        ];
      return [
        isFromPool(span) ? 'AddressesReleased' : 'PodDeleted',
        `${addresses(span)} free again: ${span.reason ?? 'added again'}`,
      ];
    case 'lease': {
      const by = span.by === 'ttl' ? 'its TTL: its holder was silent' : (span.by ?? 'another lease of it');
      return ['SubnetReleased', `${span.subnet} released by ${by}`];
    }
    case 'member':
      return ['NodeLeft', `left; ${span.hostAddress} free again`];
  }
};

const addresses = (span: OwnershipSpan & { readonly kind: 'allocation' }): string =>
  span.addresses.map(({ address }) => address).join(', ');

const holder = (span: OwnershipSpan & { readonly kind: 'allocation' }) => {
  const { containerId, ifname, network } = span;
  return `${podWords(span, 'a pod without a name')} (container ${containerId.slice(0, 12)}, ${ifname} in ${network})`;
};

const begins = (span: OwnershipSpan): readonly [type: string, what: string] => {
  switch (span.kind) {
    case 'allocation':
      return span.carried !== undefined
        ? ['EraOpened', `${addresses(span)} still held by ${holder(span)}, added in an era that is archived`]
        : [
            isFromPool(span) ? 'AddressesAllocated' : 'PodAdded',
            `${addresses(span)} held by ${holder(span)}`,
          ];
    case 'lease':
      return ['SubnetLeased', `${span.subnet} leased`];
    case 'member':
      return span.replaces === undefined
        ? ['NodeJoined', `joined with ${span.hostAddress}`]
        : [
            'IncarnationReplaced',
            `incarnation ${span.incarnation} goes on in place of ${span.replaces}, with ${span.hostAddress}`,
          ];
  }
};

/** The events that began, changed and ended a span. */
export const entriesOfSpan = (span: OwnershipSpan, clockOf: ClockOf): ReadonlyArray<HistoryEntry> => {
  const { stream, node } = span;
  const entry = ({ time, position, revision }: Mark, [type, what]: readonly [string, string]) => ({
    time,
    position,
    revision,
    stream,
    node,
    type,
    what,
    clock: clockOf(stream)(position),
  });
  const between: ReadonlyArray<HistoryEntry> =
    span.kind === 'allocation' && span.wired !== undefined && span.wired.event !== span.from.event
      ? [entry(span.wired, ['PodWired', `${addresses(span)} answered as usable`])]
      : span.kind === 'lease' && span.revoked !== undefined
        ? [entry(span.revoked, ['LeaseRevoked', `${span.subnet} revoked: ${span.revoked.reason}`])]
        : span.kind === 'member' && span.attested !== undefined
          ? [
              entry(span.attested, [
                'NodeAttested',
                `incarnation ${span.incarnation} attested destroyed: ${span.attested.reason}`,
              ]),
            ]
          : [];
  // What replaced a life tells of it where it begins.
  const isTold = span.kind === 'member' && span.replacedBy !== undefined;
  return [
    entry(span.from, begins(span)),
    ...between,
    ...(span.to === undefined || isTold ? [] : [entry(span.to, ends(span))]),
  ];
};

const clockWords = ({ clockSynchronised }: Boot): string => {
  if (clockSynchronised === undefined) return 'clock: not recorded';
  return clockSynchronised ? 'clock synchronised' : 'clock not synchronised';
};

export const entriesOfBoots = (boots: ReadonlyArray<Boot>, clockOf: ClockOf): ReadonlyArray<HistoryEntry> =>
  boots.map((boot) => ({
    time: utc(boot.at),
    position: boot.position,
    revision: boot.revision,
    stream: boot.stream,
    node: parseHostStream(boot.stream)?.node ?? '',
    type: 'HostStarted',
    what: `agent started in boot ${boot.bootId}; ${clockWords(boot)}`,
    clock: clockOf(boot.stream)(boot.position),
  }));
