import { either as E } from 'fp-ts';
import { clusterEvents } from '../cluster/events.ts';
import { decodeEvent, type Recorded, type UnreadableEvent } from '../event.ts';
import { type HostEvent, hostEvents } from '../host/events.ts';
import { asRecorded } from '../lean-event.ts';
import type { LeanEvent, LogReader } from '../port/log-reader.ts';
import { lifeOf, sameNode } from '../stream.ts';
import type { AllocationRow } from './allocations.ts';
import { entriesOf } from './attachment-index.ts';
import { byAge, type HeldAttachments, heldRow, hold, holdText } from './held-attachments.ts';
import { emptyLeases, type LeaseRow, type Leases, leaseRows, projectLease } from './leases.ts';

/** What one life of a host holds, and the position of the event with which it began: the order of hosts. */
export type HostView = { readonly began: number; readonly held: HeldAttachments };

/** The state of the whole cluster as one log knows it: which node holds which subnet, which attachment which address. */
export type ClusterView = {
  /** Position of the last event in it; −1 for none. */
  position: number;
  readonly leases: Leases;
  /** By the life of a host, whatever its eras, in the order in which they began. */
  readonly hosts: Map<string, HostView>;
};

export const emptyClusterView = (): ClusterView => ({
  position: -1,
  leases: emptyLeases(),
  hosts: new Map(),
});

const decodeHost = decodeEvent(hostEvents);
const decodeCluster = decodeEvent(clusterEvents);

/**
 * Takes in the next event of the log and changes the view that it is given. An event that cannot be read is returned, by name, and
 * is not in the view. `tell` hears of each event of a host's life that was decoded for it: all but those of pods, and some of those.
 */
export const viewEvent = (
  view: ClusterView,
  event: LeanEvent,
  tell: (life: string, decoded: Recorded<HostEvent>) => void = () => {},
): UnreadableEvent | undefined => {
  // Any other stream says nothing of what is held: which log this is, what was done to it, what its clients make of it.
  if (event.stream.startsWith('cluster-')) {
    const decoded = decodeCluster(asRecorded(event));
    if (E.isLeft(decoded)) return decoded.left;
    projectLease(view.leases, decoded.right);
  } else if (event.stream.startsWith('host-')) {
    const life = lifeOf(event.stream);
    const known = view.hosts.get(life);
    const { held } = known ?? { held: new Map() };
    if (!holdText(held, event)) {
      const decoded = decodeHost(asRecorded(event));
      if (E.isLeft(decoded)) return decoded.left;
      hold(held, decoded.right);
      // What still runs of the life before, this one adopts and says itself. Of another node it says nothing.
      const { event: told } = decoded.right;
      if (told.type === 'IncarnationContinued' && sameNode(event.stream, told.stream))
        view.hosts.delete(lifeOf(told.stream));
      tell(life, decoded.right);
    }
    if (known === undefined) view.hosts.set(life, { began: event.position, held });
  }
  view.position = event.position;
  return undefined;
};

/** Takes in what of the log the view does not have yet, up to position `to`. */
export const catchUp = (
  log: Pick<LogReader, 'leanPages' | 'at'>,
  view: ClusterView,
  to = Number.POSITIVE_INFINITY,
): E.Either<UnreadableEvent, ClusterView> => {
  for (const page of log.leanPages(view.position + 1)) {
    for (const event of page) {
      if (event.position > to) return E.right(view);
      const unreadable = viewEvent(view, event);
      // Lean events have no id, and the failure names one.
      if (unreadable !== undefined) return E.left({ ...unreadable, id: log.at(event.position)?.id ?? '' });
    }
  }
  return E.right(view);
};

/** The view in rows, each stream's in the order of its events. */
export type ClusterRows = {
  readonly leases: ReadonlyArray<LeaseRow>;
  readonly hosts: ReadonlyArray<{
    readonly stream: string;
    readonly allocations: ReadonlyArray<AllocationRow>;
  }>;
};

export const clusterRows = ({ leases, hosts }: Readonly<ClusterView>): ClusterRows => ({
  leases: leaseRows(leases),
  hosts: Array.from(hosts, ([stream, { held }]) => ({
    stream,
    allocations: [...entriesOf(held)].sort(byAge).map(heldRow),
  })),
});
