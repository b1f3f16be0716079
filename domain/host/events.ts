import * as t from 'io-ts';
import { MachineHints } from '../identity/machine-hints.ts';
import { NodeName } from '../identity/node-name.ts';
import { HeldSubnets } from '../import-source.ts';
import { Integer } from '../integer.ts';
import { Cidr } from '../ip/cidr.ts';
import { AttachmentId } from './attachment.ts';
import { eraOpenedV1, podAddedV2, podDeletedV1 } from './before-generation-4.ts';
import { SubnetRequested, SubnetRetired } from './elastic-events.ts';
import { EraClosed, EraOpened } from './era-events.ts';
import { AddressesAllocated, AddressesReleased, PoolConfigured } from './ipam/events.ts';
import { LeaseObserved } from './lease-observed.ts';
import { LeasePresented } from './lease-presented.ts';
import { PodAdded } from './pod-added.ts';
import { podAddedV1 } from './pod-added-v1.ts';
import { PodDeleted } from './pod-deleted.ts';
import { LeaseRenewed } from './renewal-events.ts';

export { SubnetRequested, SubnetRetired } from './elastic-events.ts';
export { EraClosed, EraOpened } from './era-events.ts';
export { AddressesAllocated, AddressesReleased, PoolConfigured } from './ipam/events.ts';
export { LeaseObserved } from './lease-observed.ts';
export { LeasePresented } from './lease-presented.ts';
export { Allocation, Netns, Pod, PodAdded } from './pod-added.ts';
export { DeletionReason, PodDeleted } from './pod-deleted.ts';
export { LeaseRenewed } from './renewal-events.ts';

/*
 * These shapes and names are the storage format: a change needs a new version, an upcaster and golden files. One change is
 * free: a new key that may be absent and then means what was true before; programs that do not know it pass it by.
 */

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
    t.partial({
      held: HeldSubnets,
      hints: MachineHints,
      /** The node says that its life before this one is over; absent: it says nothing of that. */
      replace: t.literal(true),
    }),
  ]),
);

/** This life goes on with what another life of the node held, whose stream ends there as far as the cluster knows it. */
export const IncarnationContinued = t.strict({
  type: t.literal('IncarnationContinued'),
  stream: t.string,
  revision: Integer,
  hash: t.string,
});

export const FenceObserved = t.strict({
  type: t.literal('FenceObserved'),
  reason: t.string,
  clusterRevision: Integer,
});

export const LeaveRequested = t.strict({ type: t.literal('LeaveRequested') });

/** Nothing uses these subnets any more: all that the node has, or what it retired; `leaving` when the node asked to leave the cluster with them. */
export const LeaseSurrendered = t.strict({
  type: t.literal('LeaseSurrendered'),
  subnets: t.readonlyArray(Cidr),
  leaving: t.boolean,
});

/** Answered as usable. */
export const PodWired = t.strict({ type: t.literal('PodWired'), ...AttachmentId.type.props });

/** Payload codecs by event type, each at its current version. */
export const hostEvents = {
  HostStarted: { version: 1, codec: HostStarted },
  JoinRequested: { version: 1, codec: JoinRequested },
  IncarnationContinued: { version: 1, codec: IncarnationContinued },
  LeaseObserved: { version: 1, codec: LeaseObserved },
  FenceObserved: { version: 1, codec: FenceObserved },
  LeaveRequested: { version: 1, codec: LeaveRequested },
  LeaseSurrendered: { version: 1, codec: LeaseSurrendered },
  SubnetRequested: { version: 1, codec: SubnetRequested },
  SubnetRetired: { version: 1, codec: SubnetRetired },
  LeasePresented: { version: 1, codec: LeasePresented },
  LeaseRenewed: { version: 1, codec: LeaseRenewed },
  PodAdded: { version: 3, codec: PodAdded, earlier: [podAddedV1, podAddedV2] },
  PodWired: { version: 1, codec: PodWired },
  PodDeleted: { version: 2, codec: PodDeleted, earlier: [podDeletedV1] },
  PoolConfigured: { version: 1, codec: PoolConfigured },
  AddressesAllocated: { version: 1, codec: AddressesAllocated },
  AddressesReleased: { version: 1, codec: AddressesReleased },
  EraClosed: { version: 1, codec: EraClosed },
  EraOpened: { version: 2, codec: EraOpened, earlier: [eraOpenedV1] },
} as const;

export type HostStarted = t.TypeOf<typeof HostStarted>;
export type JoinRequested = t.TypeOf<typeof JoinRequested>;
export type IncarnationContinued = t.TypeOf<typeof IncarnationContinued>;
export type FenceObserved = t.TypeOf<typeof FenceObserved>;
export type LeaveRequested = t.TypeOf<typeof LeaveRequested>;
export type LeaseSurrendered = t.TypeOf<typeof LeaseSurrendered>;
export type PodWired = t.TypeOf<typeof PodWired>;

export type HostEvent =
  | HostStarted
  | JoinRequested
  | IncarnationContinued
  | LeaseObserved
  | FenceObserved
  | LeaveRequested
  | LeaseSurrendered
  | SubnetRequested
  | SubnetRetired
  | LeasePresented
  | LeaseRenewed
  | PodAdded
  | PodWired
  | PodDeleted
  | PoolConfigured
  | AddressesAllocated
  | AddressesReleased
  | EraClosed
  | EraOpened;
