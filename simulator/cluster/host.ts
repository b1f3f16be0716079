import type { HostState } from '../../domain/host/state.ts';
import type { NodeName } from '../../domain/identity/node-name.ts';
import type { RecordedEvent } from '../../domain/port/event-store.ts';
import type { Latched } from '../../domain/port/latched.ts';
import type { Membership } from '../../services/agent/membership.ts';
import type { Owner } from '../loop.ts';
import type { Disk, DiskImage } from '../machine/disk.ts';
import type { Faults } from '../machine/faults.ts';
import type { Surroundings } from '../machine/surroundings.ts';

/** What the network does to the next request that somebody sends. */
export const mishaps = ['request lost', 'answer lost', 'request doubled'] as const;
export type Mishap = (typeof mishaps)[number];

/** The way between a machine and the ledger's, each direction for itself. */
export type Path = { there: boolean; back: boolean; readonly once: Set<Mishap> };

export const openPath = (): Path => ({ there: true, back: true, once: new Set() });

/** One machine's own log, folded as it grows, and each event checked as it comes. */
export type HostHistory = {
  readonly state: () => HostState;
  /** Position of the last event; −1 for none. */
  readonly end: () => number;
  /** The id of the latest request to join. */
  readonly lastJoin: () => string | undefined;
  /** The last event of the host's own stream. */
  readonly head: () => { readonly revision: number; readonly hash: string } | undefined;
  /** Position of the latest ADD of an attachment. */
  readonly addedAt: (key: string) => number | undefined;
  /** `again`: they were there before. */
  readonly take: (events: ReadonlyArray<RecordedEvent>, again?: 'again') => void;
  /** Its addresses are nobody's any more. */
  readonly forget: () => void;
};

/** One process of a node's agent, as far as it belongs to a cluster. */
export type HostLife = {
  readonly owner: Owner;
  readonly latched: Latched;
  membership: Membership | undefined;
};

/** A disk and the small files on it. */
export type Image = { readonly disk: DiskImage; readonly files: ReadonlyMap<string, string> };

/** One machine of the cluster. Its kernel and its switch are another simulator's: here a pod is what the log has of it. */
export type Host = {
  /** Of the machine: two of them may take themselves for one node. */
  readonly name: string;
  readonly node: NodeName;
  readonly disk: Disk;
  readonly surroundings: Surroundings;
  readonly faults: Faults;
  readonly wall: { offsetMs: number };
  readonly path: Path;
  history: HostHistory;
  boots: number;
  life: HostLife | undefined;
  /** What the runtime was told is there, and has asked nothing for since: its addresses, by its container. */
  readonly running: Map<string, ReadonlyArray<string>>;
  /** What the runtime has under way: it asks for one thing of a pod at a time. */
  readonly underWay: Map<string, Owner>;
  /** An earlier copy of the disk. */
  kept: Image | undefined;
  /** The disk of before the last one was lost. */
  lost: Image | undefined;
  /** An older copy was put back here, or the same image runs elsewhere: what then happens is honestly said in the design. */
  meddled: boolean;
};

/** Whether its agent can do no more than be started again. */
export const isLatched = ({ life }: Host): boolean => life?.latched() !== undefined;

export const markPath = '/var/lib/evio/ledger.json';

export const imageOf = ({ disk, surroundings }: Host): Image => ({
  disk: disk.image(),
  files: new Map(surroundings.files),
});
