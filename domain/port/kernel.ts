import type { taskEither as TE } from 'fp-ts';

/**
 * The kernel's links, addresses and routes, and what lies in a pod's network namespace. Names of host-side links are
 * ours by their alias (`ifalias` begins with the owner mark); a link without it is never changed or removed.
 */
export type Kernel = {
  /**
   * What the path leads to; refuses what is not a network namespace, the host's own, and, where `ifname` is given, one that has an
   * interface of that name. Changes nothing.
   */
  readonly netns: (path: string, ifname?: string) => TE.TaskEither<KernelFailure, NetnsId>;
  /**
   * Makes the veth pair, its peer in the pod's namespace, marks it as ours and brings the host's end up: that, or nothing stays.
   * Refuses when `ifname` is in the namespace already, or when the namespace is another than `netnsId` says. The switch may take
   * it from here on.
   */
  readonly createPair: (wiring: PodWiring) => TE.TaskEither<KernelFailure, void>;
  /**
   * Quiets the host's end (with `preparedAs` it first gets its own alias and MAC) and brings the pod's end up, with all that lies in its namespace; when any of it is refused, no pair stays.
   */
  readonly finishPair: (wiring: PodWiring) => TE.TaskEither<KernelFailure, void>;
  /** Tells the neighbours: gratuitous ARP (RFC 5227) and unsolicited neighbour advertisement (RFC 4861 §7.2.6). */
  readonly announcePod: (wiring: PodWiring) => TE.TaskEither<KernelFailure, void>;
  /** Removes our host-side link and so its peer; awaited; success when there is none. */
  readonly detachPod: (hostIfname: string) => TE.TaskEither<KernelFailure, void>;
  /** What differs from the wiring in the pod and on the host, one plain sentence each; none when all is as it was made. */
  readonly inspectPod: (wiring: PodWiring) => TE.TaskEither<KernelFailure, ReadonlyArray<string>>;
  /** Our host-side links by their alias. */
  readonly ownLinks: () => TE.TaskEither<KernelFailure, ReadonlyArray<OwnLink>>;
  /** The interface is up and holds these addresses (with prefix lengths) and their routes, and none that we gave it before. Gives what was not so, a plain sentence each. */
  readonly ensureGateway: (gateway: GatewayInterface) => TE.TaskEither<KernelFailure, ReadonlyArray<string>>;
  /** The same. Changes nothing. */
  readonly inspectGateway: (gateway: GatewayInterface) => TE.TaskEither<KernelFailure, ReadonlyArray<string>>;
  /** The routes to pods that `addPodRoutes` made, as they are now. */
  readonly podRoutes: () => TE.TaskEither<KernelFailure, ReadonlyArray<PodRoute>>;
  /** The host reaches these addresses on these interfaces, and on no other by a route of ours. Somebody else's route to one is refused (EEXIST). */
  readonly addPodRoutes: (routes: ReadonlyArray<PodRoute>) => TE.TaskEither<KernelFailure, void>;
  /** Takes routes of ours to these addresses away; success where there are none. */
  readonly removePodRoutes: (addresses: ReadonlyArray<string>) => TE.TaskEither<KernelFailure, void>;
  /** Brings links of ours up that somebody took down; those that are gone or not ours are passed by. */
  readonly raiseLinks: (names: ReadonlyArray<string>) => TE.TaskEither<KernelFailure, void>;
  /**
   * Calls back after something of ours may have been taken away, changes of a tenth of a second together. The returned function ends
   * it; so does `close`.
   */
  readonly watch: (
    watched: Watched,
    listener: (change: KernelChange) => void,
  ) => TE.TaskEither<KernelFailure, () => void>;
  readonly close: () => Promise<void>;
};

/** The bridge's own interface, beside which those of its VLANs are watched (`NAME.VLAN`), and the name of our nftables table. */
export type Watched = { readonly interface: string; readonly table: string };

/** What was heard of the host's links, addresses, routes, settings and rules. */
export type KernelChange = {
  /** A watched interface went down or away, or an address or a route of it. */
  readonly gateway: boolean;
  /**
   * Forwarding or reverse-path filtering of all interfaces or of a watched one is another, or one was made anew. The kernel
   * tells of no other setting.
   */
  readonly settings: boolean;
  /** Something went out of our table, or the table itself. */
  readonly rules: boolean;
  /** More happened than could be kept: nothing is known but that. */
  readonly lost: boolean;
  /** Links of ours that are down, and that are gone; in the middle of their ADD or DEL they are both. */
  readonly down: ReadonlyArray<string>;
  readonly gone: ReadonlyArray<string>;
};

/** A network namespace's own identity: the path may later lead elsewhere. */
export type NetnsId = { readonly device: number; readonly inode: number };

export type PodWiring = {
  readonly netnsPath: string;
  readonly netnsId: NetnsId;
  /** The interface's name inside the pod. */
  readonly ifname: string;
  readonly podMac: string;
  readonly hostIfname: string;
  readonly hostMac: string;
  readonly mtu: number;
  /** At most one per family, without a prefix length: /32 and /128 are given. */
  readonly addresses: ReadonlyArray<string>;
  /** One per family of `addresses`: an on-link route to it and the default route through it. */
  readonly gateways: ReadonlyArray<string>;
  /** Userspace datapaths forward frames with unfinished checksums: turn the pod's transmit offload off. */
  readonly checksumOffload: boolean;
  /** What the alias carries behind the owner mark. */
  readonly alias: string;
  /** What it carries now, where the pair was made before all of this was known. */
  readonly preparedAs?: string;
};

export type OwnLink = {
  readonly name: string;
  readonly alias: string;
  readonly up: boolean;
  readonly mtu: number;
};

export type GatewayInterface = {
  readonly name: string;
  /** `10.244.0.1/24` */
  readonly addresses: ReadonlyArray<string>;
  readonly mtu: number;
};

/** One address of a pod, without prefix length, and the host's interface behind which it is. */
export type PodRoute = { readonly address: string; readonly device: string };

export type KernelFailure =
  | { readonly type: 'netns-missing'; readonly path: string }
  | { readonly type: 'netns-not-a-namespace'; readonly path: string }
  | { readonly type: 'netns-is-host'; readonly path: string }
  | { readonly type: 'netns-replaced'; readonly path: string }
  | { readonly type: 'ifname-taken'; readonly ifname: string; readonly path: string }
  | { readonly type: 'link-missing'; readonly name: string }
  | { readonly type: 'foreign-link'; readonly name: string }
  | { readonly type: 'kernel-refused'; readonly operation: string; readonly errno: string };
