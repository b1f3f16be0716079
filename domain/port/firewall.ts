import type { taskEither as TE } from 'fp-ts';

/** Our own nftables table: replaced as a whole, in one transaction; other tables are never touched. */
export type Firewall = {
  readonly replace: (masquerade: Masquerade) => TE.TaskEither<FirewallFailure, void>;
  /** Removes our table; success when there is none. */
  readonly remove: () => TE.TaskEither<FirewallFailure, void>;
  /** Whether our table is in the kernel as `replace` last put it there. */
  readonly holds: (masquerade: Masquerade) => TE.TaskEither<FirewallFailure, boolean>;
};

/** One rule set per node: a local pod's packet that leaves for none of the `except` takes the node's own address. */
export type Masquerade = {
  /** This node's pod subnets. */
  readonly sources: ReadonlyArray<string>;
  /** Pod and host CIDRs, multicast, and what the operator excludes. */
  readonly except: ReadonlyArray<string>;
};

export type FirewallFailure = { readonly type: 'firewall-failed'; readonly reason: string };
