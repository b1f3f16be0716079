import type { taskEither as TE } from 'fp-ts';

/** Our own nftables table: replaced as a whole, in one transaction; other tables are read, never touched. */
export type Firewall = {
  readonly replace: (masquerade: Masquerade) => TE.TaskEither<FirewallFailure, void>;
  /** Removes our table; success when there is none, and then nothing is written that a watch would hear. */
  readonly remove: () => TE.TaskEither<FirewallFailure, void>;
  /** What of our table is otherwise in the kernel than `replace` would put it there, a plain sentence each; none when it is as it should be. */
  readonly inspect: (masquerade: Masquerade) => TE.TaskEither<FirewallFailure, ReadonlyArray<string>>;
  /** Chains of others that would drop what pods send beyond this host, in the order of the kernel's listing; nothing is changed. */
  readonly foreignDrops: (traffic: PodTraffic) => TE.TaskEither<FirewallFailure, ReadonlyArray<ForeignDrop>>;
};

/** By what others' rules may know a pod's packets: where they come in, and from which networks. */
export type PodTraffic = {
  readonly bridge: string;
  /** The interfaces of its VLANs that pods are in; none where it is absent. */
  readonly vlans?: ReadonlyArray<string>;
  readonly sources: ReadonlyArray<string>;
};

/** A chain as nft names it: `ip`, `filter`, `FORWARD`. */
export type ForeignDrop = {
  readonly family: string;
  readonly table: string;
  readonly chain: string;
  /** The VLAN's interface whose pods' packets it drops; absent where it drops those of the bridge's own. */
  readonly interface?: string;
};

/** One rule set per node: a local pod's packet that leaves for none of the `except` takes the node's own address. */
export type Masquerade = {
  /** This node's pod subnets. */
  readonly sources: ReadonlyArray<string>;
  /** Pod and host CIDRs, multicast, and what the operator excludes. */
  readonly except: ReadonlyArray<string>;
};

export type FirewallFailure = { readonly type: 'firewall-failed'; readonly reason: string };
