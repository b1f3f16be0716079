import type { MachineHints } from '../identity/machine-hints.ts';
import type { NodeName } from '../identity/node-name.ts';
import type { HeldSubnets } from '../import-source.ts';
import type { IpAddress } from '../ip/address.ts';
import type { AddressRange } from '../ip/address-range.ts';
import type { Cidr } from '../ip/cidr.ts';
import type { Trunk, Vlan } from '../vlan.ts';
import type { AttachmentId } from './attachment.ts';
import type { TakenOverFrom } from './choice.ts';
import type { Delegated } from './delegated-addresses.ts';
import type {
  DeletionReason,
  EraClosed,
  EraOpened,
  IncarnationContinued,
  LeaseObserved,
  Netns,
  Pod,
  PodAdded,
} from './events.ts';
import type { PoolCommand } from './ipam/command.ts';
import type { HostState, Lease } from './state.ts';

export type AddPod = AttachmentId & {
  readonly type: 'add-pod';
  readonly netns: Netns;
  readonly pod?: Pod | undefined;
  /** To be honoured or refused; at most one per family. */
  readonly requestedAddresses: ReadonlyArray<IpAddress>;
  /** What a delegate chose; nothing else is asked for then. */
  readonly delegated?: Delegated | undefined;
  /** The addresses must lie in these, in the families that they name. */
  readonly ranges?: ReadonlyArray<AddressRange> | undefined;
  /** Canonical (`parseMac`); follows from the address when absent. */
  readonly requestedMac?: string | undefined;
  readonly mtu: number;
  readonly vlan?: Vlan | undefined;
  readonly trunk?: Trunk | undefined;
  readonly requestId: string;
  readonly commandId: string;
  readonly hostIfname: string;
};

/** A pod that runs already, wired by another program, or by us before our log was lost. */
export type ImportedPod = Omit<PodAdded, 'type' | 'addresses' | 'requestId' | 'commandId'> & {
  readonly addresses: ReadonlyArray<IpAddress>;
};

/**
 * Several pods only to see whether they fit together: ids follow from the command's, so each is written by a command of its own.
 */
export type ImportPods = {
  readonly type: 'import-pods';
  readonly from: TakenOverFrom;
  readonly pods: ReadonlyArray<ImportedPod>;
  readonly requestId: string;
  readonly commandId: string;
};

export type HostCommand =
  /** The agent begins to serve in this boot of the machine. */
  | { readonly type: 'start'; readonly bootId: string; readonly clockSynchronised?: boolean | undefined }
  | {
      readonly type: 'request-join';
      readonly node: NodeName;
      readonly publicKey: string;
      /** These, or the join is refused; by the allocator's policy when absent. */
      readonly held?: HeldSubnets | undefined;
      readonly hints?: MachineHints | undefined;
      readonly replace?: boolean | undefined;
    }
  | ({
      readonly type: 'observe-lease';
      /** Where the life ended that this one replaced; absent where it replaced none, or nothing is known of it. */
      readonly continues?: Omit<IncarnationContinued, 'type'> | undefined;
      /** The last revision behind which the cluster had nothing leased to this life; absent where nobody saw one. */
      readonly heldNothingAt?: number | undefined;
    } & Lease &
      Pick<LeaseObserved, 'clusterRevision' | 'epoch'>)
  /** The cluster log was restored: `epoch` and last revision are those of the log as it is now. */
  | {
      readonly type: 'present-lease';
      readonly publicKey: string;
      readonly epoch: number;
      /** Of the restored log's configuration, which may be another than this node knows. */
      readonly minReader: number;
      readonly clusterRevision: number;
      /** An operator's word made way for what was waited for. */
      readonly again?: boolean;
    }
  /** For a lease that is held already: what the cluster's configuration says of it from now on. */
  | ({ readonly type: 'observe-configuration' } & Pick<LeaseObserved, 'clusterRevision' | 'epoch'> &
      Omit<Lease, 'subnets' | 'hostAddress'>)
  | { readonly type: 'observe-fence'; readonly reason: string; readonly clusterRevision: number }
  | { readonly type: 'request-leave' }
  /** Where subnets are full; `again`: an ADD was refused although it was asked for before. */
  | { readonly type: 'request-subnets'; readonly again: boolean }
  /** What was empty for long enough. */
  | { readonly type: 'retire-subnets'; readonly subnets: ReadonlyArray<Cidr> }
  | { readonly type: 'surrender-retired' }
  /** A third of the TTL is over: a lease that has one is kept alive. */
  | { readonly type: 'renew-lease' }
  | AddPod
  | ImportPods
  | PoolCommand
  /** `head`: the stream's last event now. */
  | { readonly type: 'close-era'; readonly head: EraClosed['head'] }
  /** In a stream without events; `from`: what the closed one folds to. */
  | {
      readonly type: 'open-era';
      readonly previous: EraOpened['previous'];
      readonly from: Readonly<HostState>;
    }
  | ({ readonly type: 'wire-pod' } & AttachmentId)
  | ({ readonly type: 'delete-pod'; readonly reason: DeletionReason } & AttachmentId);
