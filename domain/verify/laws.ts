import { either as E } from 'fp-ts';
import { clusterEvents } from '../cluster/events.ts';
import type { Metadata } from '../envelope.ts';
import { decodePayload, type UnreadableEvent } from '../event.ts';
import { hostEvents } from '../host/events.ts';
import { initialState } from '../host/state.ts';
import { ClusterName } from '../identity/cluster-name.ts';
import type { RecordedEvent, StreamHead } from '../port/event-store.ts';
import { clusterStream, firstEra, lifeOf, parseHostStream } from '../stream.ts';
import { parseSuperseded } from '../superseded.ts';
import type { Found } from './broken.ts';
import { holdClusterLaws } from './cluster-laws.ts';
import { type ClusterMemory, startClusterMemory } from './cluster-memory.ts';
import type { Breach, Place } from './fault.ts';
import { holdHostLaws } from './host-laws.ts';
import { type HostMemory, startHostMemory } from './host-memory.ts';
import { type Keys, startKeys, witnessKey } from './keys.ts';
import type { LookUp } from './seen.ts';

type HostOfCluster = { readonly host: HostMemory; readonly cluster: ClusterMemory };

/** What the laws have to remember: as much as is held, however long the history. */
export type LawsState = {
  readonly clusters: Map<string, ClusterMemory>;
  /** By stream, all eras of a life the same; `undefined` for a stream of another kind, which no law is known of. */
  readonly hosts: Map<string, HostOfCluster | undefined>;
  readonly keys: Keys;
  readonly lookUp: LookUp;
};

export const startLaws = (lookUp: LookUp): LawsState => ({
  clusters: new Map(),
  hosts: new Map(),
  keys: startKeys(),
  lookUp,
});

const decodeHostEvent = decodePayload(hostEvents);
const decodeClusterEvent = decodePayload(clusterEvents);

const isClusterStream = (stream: string): boolean => stream.startsWith('cluster-');

const clusterOf = ({ clusters }: LawsState, stream: string): ClusterMemory => {
  const known = clusters.get(stream) ?? startClusterMemory();
  clusters.set(stream, known);
  return known;
};

const hostOf = (laws: LawsState, stream: string): HostOfCluster | undefined => {
  if (laws.hosts.has(stream)) return laws.hosts.get(stream);
  const named = parseHostStream(stream);
  const life = lifeOf(stream);
  const host =
    laws.hosts.get(life) ??
    (named !== undefined && ClusterName.is(named.cluster)
      ? {
          host: startHostMemory(named.node, laws.lookUp),
          cluster: clusterOf(laws, clusterStream(named.cluster)),
        }
      : undefined);
  laws.hosts.set(life, host);
  laws.hosts.set(stream, host);
  return host;
};

/** A law that is broken, with the ids of the events that it names; with a place where an earlier event breaks it. */
export type BrokenLaw = Pick<Breach, 'law' | 'expected' | 'found' | 'involved'> & Partial<Required<Place>>;

const told = ({ lookUp }: LawsState, found: Found | undefined): BrokenLaw | undefined => {
  if (found === undefined) return undefined;
  const idOf = (position: number): string => lookUp(position)?.id ?? '';
  const { by, involved, ...broken } = found;
  return {
    ...broken,
    involved: involved.map(({ position }) => ({ position, id: idOf(position) })),
    ...(by && { ...by, id: idOf(by.position) }),
  };
};

/**
 * Holds one more event, whose metadata has been read, against the laws of its stream: the law that it breaks, if any. On the left an
 * event that cannot be read. Its id and its hash may be empty, as those of a lean event are.
 */
export const holdLaws = (
  laws: LawsState,
  recorded: RecordedEvent,
  metadata: Metadata,
): E.Either<UnreadableEvent, BrokenLaw | undefined> => {
  if (isClusterStream(recorded.stream)) {
    const decoded = decodeClusterEvent(recorded, metadata);
    if (E.isLeft(decoded)) return decoded;
    witnessKey(laws.keys, decoded.right);
    return E.right(told(laws, holdClusterLaws(clusterOf(laws, recorded.stream), decoded.right)));
  }
  const superseded = parseSuperseded(recorded.stream);
  if (superseded !== undefined) {
    clusterOf(laws, superseded.stream).superseded = true;
    return E.right(undefined);
  }
  const of = hostOf(laws, recorded.stream);
  if (of === undefined) return E.right(undefined);
  const decoded = decodeHostEvent(recorded, metadata);
  if (E.isLeft(decoded)) return decoded;
  witnessKey(laws.keys, decoded.right);
  return E.right(told(laws, holdHostLaws(of.host, of.cluster, decoded.right)));
};

/** A host's events up to this one are archived: what they left is known again with the next era. */
export const forgetHost = (
  laws: LawsState,
  { stream, revision, position, hash }: StreamHead & { readonly stream: string },
): void => {
  const of = hostOf(laws, stream);
  if (of === undefined) return;
  of.host.known = false;
  of.host.head = { stream, revision, position, hash };
  of.host.state = { ...initialState(), era: parseHostStream(stream)?.era ?? firstEra };
};
