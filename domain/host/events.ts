import * as t from 'io-ts';
import { NodeName } from '../identity/node-name.ts';
import { HeldSubnets } from '../import-source.ts';
import { Integer } from '../integer.ts';
import { IpAddress } from '../ip/address.ts';
import { AddressRange } from '../ip/address-range.ts';
import { Cidr } from '../ip/cidr.ts';
import { Choice } from './choice.ts';
import { podAddedV1 } from './pod-added-v1.ts';

/*
 * These shapes and names are the storage format: a change needs a new version, an upcaster and golden files. One change is
 * free: a new key that may be absent and then means what was true before; programs that do not know it pass it by.
 */

const attachment = { network: t.string, containerId: t.string, ifname: t.string };

export const Allocation = t.strict({ address: IpAddress, choice: Choice });
export type Allocation = t.TypeOf<typeof Allocation>;

/** A network namespace: where the runtime said it is, and what it really is. */
export const Netns = t.strict({ path: t.string, device: Integer, inode: Integer });
export type Netns = t.TypeOf<typeof Netns>;

export const Pod = t.exact(
  t.intersection([t.type({ namespace: t.string, name: t.string }), t.partial({ uid: t.string })]),
);
export type Pod = t.TypeOf<typeof Pod>;

/** The agent began to serve; another boot id than before means that the machine, and with it every pod, was down. */
export const HostStarted = t.exact(
  t.intersection([
    t.type({ type: t.literal('HostStarted'), bootId: t.string }),
    /** Whether the kernel's clock was kept by others' then; absent where nobody knew. How far to trust the writer's times. */
    t.partial({ clockSynchronised: t.boolean }),
  ]),
);

export const JoinRequested = t.exact(
  t.intersection([
    t.type({ type: t.literal('JoinRequested'), node: NodeName, publicKey: t.string }),
    /** Asked for by name, because pods run there already; absent: whichever subnets the allocator chooses. */
    t.partial({ held: HeldSubnets }),
  ]),
);

export const LeaseObserved = t.exact(
  t.intersection([
    t.type({
      type: t.literal('LeaseObserved'),
      subnets: t.readonlyArray(Cidr),
      hostAddress: IpAddress,
      podCidrs: t.readonlyArray(Cidr),
      hostCidr: Cidr,
      /** Up to which revision of the cluster stream this is true. */
      clusterRevision: Integer,
    }),
    /** The cluster's own; 1 when absent. From here on this stream's events are written for such readers. */
    t.partial({ minReader: Integer }),
  ]),
);

export const FenceObserved = t.strict({
  type: t.literal('FenceObserved'),
  reason: t.string,
  clusterRevision: Integer,
});

export const LeaveRequested = t.strict({ type: t.literal('LeaveRequested') });

/** Nothing uses these subnets any more; `leaving` when the node asked to leave the cluster with them. */
export const LeaseSurrendered = t.strict({
  type: t.literal('LeaseSurrendered'),
  subnets: t.readonlyArray(Cidr),
  leaving: t.boolean,
});

/** Addresses reserved, wiring intended. */
export const PodAdded = t.exact(
  t.intersection([
    t.type({
      type: t.literal('PodAdded'),
      ...attachment,
      netns: Netns,
      /** At most one per family. */
      addresses: t.readonlyArray(Allocation),
      mac: t.string,
      mtu: Integer,
      hostIfname: t.string,
      /** The run of the plugin that asked: asked again, it is answered again. */
      requestId: t.string,
      /** The command that this follows from: its event's id follows from it, and stands beside the switch's port. */
      commandId: t.string,
    }),
    /** `ranges`: what the caller confined the policy's choice to, by family; a family without one, or no key, is not confined. */
    t.partial({ pod: Pod, ranges: t.readonlyArray(AddressRange) }),
  ]),
);

/** Answered as usable. */
export const PodWired = t.strict({ type: t.literal('PodWired'), ...attachment });

export const DeletionReason = t.keyof({
  /** The runtime's DEL. */
  deleted: null,
  /** The runtime's GC no longer lists it. */
  collected: null,
  /** ADD could not finish. */
  'wiring-failed': null,
  /** ADD finished, and nobody waited for its answer any more. */
  unheard: null,
  /** The agent stopped before ADD was answered. */
  interrupted: null,
  /** The machine was down since. */
  rebooted: null,
});
export type DeletionReason = t.TypeOf<typeof DeletionReason>;

/** Port and link are gone, and the addresses are free again. */
export const PodDeleted = t.strict({
  type: t.literal('PodDeleted'),
  ...attachment,
  addresses: t.readonlyArray(IpAddress),
  reason: DeletionReason,
});

/** Payload codecs by event type, each at its current version. */
export const hostEvents = {
  HostStarted: { version: 1, codec: HostStarted },
  JoinRequested: { version: 1, codec: JoinRequested },
  LeaseObserved: { version: 1, codec: LeaseObserved },
  FenceObserved: { version: 1, codec: FenceObserved },
  LeaveRequested: { version: 1, codec: LeaveRequested },
  LeaseSurrendered: { version: 1, codec: LeaseSurrendered },
  PodAdded: { version: 2, codec: PodAdded, earlier: [podAddedV1] },
  PodWired: { version: 1, codec: PodWired },
  PodDeleted: { version: 1, codec: PodDeleted },
} as const;

export type HostStarted = t.TypeOf<typeof HostStarted>;
export type JoinRequested = t.TypeOf<typeof JoinRequested>;
export type LeaseObserved = t.TypeOf<typeof LeaseObserved>;
export type FenceObserved = t.TypeOf<typeof FenceObserved>;
export type LeaveRequested = t.TypeOf<typeof LeaveRequested>;
export type LeaseSurrendered = t.TypeOf<typeof LeaseSurrendered>;
export type PodAdded = t.TypeOf<typeof PodAdded>;
export type PodWired = t.TypeOf<typeof PodWired>;
export type PodDeleted = t.TypeOf<typeof PodDeleted>;

export type HostEvent =
  | HostStarted
  | JoinRequested
  | LeaseObserved
  | FenceObserved
  | LeaveRequested
  | LeaseSurrendered
  | PodAdded
  | PodWired
  | PodDeleted;
