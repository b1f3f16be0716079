import type { ClusterName } from '../../domain/identity/cluster-name.ts';
import type { MachineHints } from '../../domain/identity/machine-hints.ts';
import type { NodeName } from '../../domain/identity/node-name.ts';
import type { Cidr } from '../../domain/ip/cidr.ts';
import type { BridgeOptions } from '../../domain/kernel/node-network.ts';

/** Whose streams, and where the allocator keeps how far it has read. */
export type MembershipConfiguration = {
  readonly cluster: ClusterName;
  readonly node: NodeName;
  readonly allocatorCheckpoint: string;
  /** Ed25519, base64 of the 32 bytes. */
  readonly publicKey: string;
  /** An era of so many events is closed; 0: never by itself. */
  readonly eraEvents: number;
};

/** How this agent was told to run; fixed for its life. */
export type AgentConfiguration = MembershipConfiguration & {
  readonly bootId: string;
  /** As the kernel had it at the start; `undefined` where it does not say. */
  readonly clockSynchronised?: boolean | undefined;
  /** What is known of the machine, for the node's request to join. */
  readonly hints?: MachineHints | undefined;
  /** The life before is over: each request to join says so, whoever asks for it. */
  readonly replace?: boolean | undefined;
  readonly bridge: BridgeOptions;
  /** Destinations, beside pods and nodes, that see a pod's own address. */
  readonly masqueradeExclude: ReadonlyArray<Cidr>;
  /** Whether a pod may send from its own MAC and addresses only. */
  readonly antiSpoofing: boolean;
  /** How long an ADD waits for the switch to forward. */
  readonly switchTimeoutMs: number;
  /** How often everything is compared again although nothing was reported; what leaked must be gone at two such looks. */
  readonly sweepMs: number;
  /** An address that is given again sooner is mentioned in the log: its subnet has no other. */
  readonly coolDownMs: number;
  /** An extra subnet that has been empty for so long is given back. */
  readonly subnetIdleMs: number;
  /** Bytes that the log may take; absent: all that there is. */
  readonly diskBudget?: number | undefined;
  /** Where evio-config-gen leaves the conflist, and where the runtime looks for it. */
  readonly stagedConflist: string;
  readonly publishedConflist: string;
};
