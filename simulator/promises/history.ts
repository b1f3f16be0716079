import { either as E } from 'fp-ts';
import { type AuditEvent, auditEvents } from '../../domain/audit/events.ts';
import { cluster } from '../../domain/cluster/decider.ts';
import { type ClusterEvent, clusterEvents } from '../../domain/cluster/events.ts';
import type { ClusterState } from '../../domain/cluster/state.ts';
import type { Metadata } from '../../domain/envelope.ts';
import { decodeEvent } from '../../domain/event.ts';
import { attachmentKey } from '../../domain/host/attachment.ts';
import { host } from '../../domain/host/decider.ts';
import { type HostEvent, hostEvents } from '../../domain/host/events.ts';
import { addressesOf, type HostState } from '../../domain/host/state.ts';
import type { RecordedEvent } from '../../domain/port/event-store.ts';
import type { Ids } from '../../domain/port/ids.ts';
import { isAuditStream } from '../../domain/stream.ts';
import { eventId } from '../../services/seal-events.ts';
import type { Breaks } from './broken.ts';
import { makeChain } from './chain.ts';
import { checkEra } from './eras.ts';
import { makeLeasing } from './leasing.ts';
import { judge, type Witness } from './witness.ts';

/** One ADD as the log has it. */
export type Logged = {
  readonly key: string;
  readonly addresses: ReadonlyArray<string>;
  readonly position: number;
  /** When it was seen to reach the log. */
  readonly step: number;
  wiredAt: number | undefined;
  deletedAt: number | undefined;
};

/** One allocation of evio-ipam as the log has it. */
export type Pooled = {
  readonly key: string;
  readonly addresses: ReadonlyArray<string>;
  readonly position: number;
  releasedAt: number | undefined;
};

/** The log, folded as it grows, and each event checked as it comes. */
export type History = {
  readonly host: HostState;
  readonly cluster: ClusterState;
  /** Position of the last event. */
  end: number;
  /** The id of the node's latest request to join. */
  lastJoin: string | undefined;
  /** The latest ADD of each run of the plugin. */
  readonly byRequest: Map<string, Logged>;
  /** The latest ADD of each attachment. */
  readonly byKey: Map<string, Logged>;
  /** The same of evio-ipam's. */
  readonly poolByRequest: Map<string, Pooled>;
  readonly poolByKey: Map<string, Pooled>;
  readonly take: (events: ReadonlyArray<RecordedEvent>, now: Witness | undefined) => void;
};

const decodeHost = decodeEvent(hostEvents);
const decodeCluster = decodeEvent(clusterEvents);
const decodeAudit = decodeEvent(auditEvents);

export const makeHistory = (breaks: Breaks, ids: Ids): History => {
  const chain = makeChain(breaks, ids);
  const leasing = makeLeasing(breaks, ids);
  let hostState = host.initialState();
  let clusterState = cluster.initialState();
  let eraBegan = 0;
  const byRequest: History['byRequest'] = new Map();
  const byKey: History['byKey'] = new Map();
  const poolByRequest: History['poolByRequest'] = new Map();
  const poolByKey: History['poolByKey'] = new Map();

  const note = (event: HostEvent, { $correlationId }: Metadata, position: number, step: number): void => {
    switch (event.type) {
      case 'PodAdded': {
        const key = attachmentKey(event);
        const addresses = addressesOf(event);
        const logged: Logged = { key, addresses, position, step, wiredAt: undefined, deletedAt: undefined };
        byRequest.set(event.requestId, logged);
        byKey.set(key, logged);
        return;
      }
      case 'PodWired': {
        const logged = byRequest.get($correlationId);
        if (logged !== undefined) logged.wiredAt = position;
        return;
      }
      case 'PodDeleted': {
        const logged = byKey.get(attachmentKey(event));
        if (logged !== undefined) logged.deletedAt = position;
        return;
      }
      case 'AddressesAllocated': {
        const addresses = event.addresses.map(({ address }) => address);
        const pooled: Pooled = { key: attachmentKey(event), addresses, position, releasedAt: undefined };
        poolByRequest.set(event.requestId, pooled);
        poolByKey.set(pooled.key, pooled);
        return;
      }
      case 'AddressesReleased': {
        const pooled = poolByKey.get(attachmentKey(event));
        if (pooled !== undefined) pooled.releasedAt = position;
        return;
      }
      default:
        return;
    }
  };

  /** What an era carries over from the one before is told by its own first event, which names nobody less for it. */
  const forget = ({ id, position }: AuditEvent): void => {
    if (position < eraBegan) return;
    for (const [key, { pod: _, ...attachment }] of hostState.attachments)
      if (eventId(ids, attachment.commandId, 0) === id) hostState.attachments.set(key, attachment);
  };

  const unreadable = (failure: unknown): void =>
    breaks('each event is chained to the one before', `unreadable: ${JSON.stringify(failure)}`);

  const takeHost = (recorded: RecordedEvent, event: HostEvent, metadata: Metadata, now?: Witness): void => {
    checkEra(breaks, hostState, recorded.stream, event);
    if (now !== undefined) judge(breaks, hostState, event, now);
    note(event, metadata, recorded.position, now?.step ?? 0);
    leasing.request(recorded, event);
    if (event.type === 'JoinRequested') history.lastJoin = recorded.id;
    if (event.type === 'EraOpened') eraBegan = recorded.position;
    hostState = host.evolve(hostState, event);
  };

  const takeCluster = (
    recorded: RecordedEvent,
    event: ClusterEvent,
    metadata: Metadata,
    now?: Witness,
  ): void => {
    leasing.decision(recorded, event, metadata, now?.isOver ?? (() => false));
    clusterState = cluster.evolve(clusterState, event);
  };

  const history: History = {
    get host() {
      return hostState;
    },
    get cluster() {
      return clusterState;
    },
    end: -1,
    lastJoin: undefined,
    byRequest,
    byKey,
    poolByRequest,
    poolByKey,
    take: (events, now) => {
      for (const recorded of events) {
        if (recorded.stream.startsWith('host-')) {
          const decoded = decodeHost(recorded);
          if (E.isLeft(decoded)) return unreadable(decoded.left);
          chain(recorded, decoded.right.metadata, now === undefined);
          takeHost(recorded, decoded.right.event, decoded.right.metadata, now);
        } else if (isAuditStream(recorded.stream)) {
          const decoded = decodeAudit(recorded);
          if (E.isLeft(decoded)) return unreadable(decoded.left);
          chain(recorded, decoded.right.metadata, now === undefined);
          forget(decoded.right.event);
        } else {
          const decoded = decodeCluster(recorded);
          if (E.isLeft(decoded)) return unreadable(decoded.left);
          chain(recorded, decoded.right.metadata, now === undefined);
          takeCluster(recorded, decoded.right.event, decoded.right.metadata, now);
        }
        history.end = recorded.position;
      }
    },
  };
  return history;
};
