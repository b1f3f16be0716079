import type { taskEither as TE } from 'fp-ts';
import type { Trunk, Vlan } from '../vlan.ts';

/** The node's Open vSwitch, through its database. Only what bears our owner mark is ever changed or removed. */
export type Switch = {
  /**
   * Makes the bridge be there as described, and waits until the kernel has its local interface. Concurrent calls and a
   * bridge that is there already are fine.
   */
  readonly ensureBridge: (bridge: Bridge) => TE.TaskEither<SwitchFailure, void>;
  /** A number that no port has now, to ask for in `addPort`; not given again to the next who asks. */
  readonly spareNumber: () => TE.TaskEither<SwitchFailure, number>;
  /**
   * Plugs the interface into the bridge in one transaction and waits until the switch forwards for it (`ofport` set, no
   * `error`). The port is removed again when the switch reports an error or `timeoutMs` passes. `waiting` is called when the
   * transaction is through and the wait begins: what can be done meanwhile.
   */
  readonly addPort: (
    port: Port,
    timeoutMs: number,
    waiting?: () => void,
  ) => TE.TaskEither<SwitchFailure, PortAdded>;
  /**
   * Makes ports of ours guarded or not, and waits until the switch forwards by it. Those that are not there are passed over. One that
   * is not guarded has its VLANs of `vlans`, by its name, or none.
   */
  readonly setGuarded: (
    names: ReadonlyArray<string>,
    guarded: boolean,
    vlans?: ReadonlyMap<string, PortVlans>,
  ) => TE.TaskEither<SwitchFailure, void>;
  /** Unplugs our port of this name; success when there is none. A port that is not ours is `foreign-port`. */
  readonly removePort: (name: string) => TE.TaskEither<SwitchFailure, void>;
  /** All ports that bear our owner mark, on whichever bridge, with what the switch says of them now. */
  readonly ports: () => TE.TaskEither<SwitchFailure, ReadonlyArray<PortSeen>>;
  /** The bridges there are, ours or not. */
  readonly bridges: () => TE.TaskEither<SwitchFailure, ReadonlyArray<string>>;
  /**
   * Calls back after ports, bridges or the connection changed (coalesced: look at `ports` and `bridges` anew). The
   * returned function ends it.
   */
  readonly onChange: (listener: () => void) => () => void;
  readonly close: () => Promise<void>;
};

export type Bridge = {
  readonly name: string;
  /** `netdev` forwards in user space; `system` in the kernel module. */
  readonly datapathType: 'system' | 'netdev';
  /** MAC of the local interface, set explicitly: else it takes the lowest MAC among its ports and pods' gateway entries go stale. */
  readonly hwaddr: string;
  readonly mtu: number;
};

export type Port = {
  readonly bridge: string;
  readonly name: string;
  /** Protected ports do not forward to each other: pods talk through the host. */
  readonly protected: boolean;
  /**
   * Nothing passes a guarded port, in or out, but what a flow says. It is so from the port's first moment, and stays so when the
   * switch restarts without its flows.
   */
  readonly guarded: boolean;
  /**
   * What OpenFlow shall call it, so that its flows can be written before it is there. Where another port has that number the switch
   * gives it another: what counts is `PortAdded.ofport`.
   */
  readonly number?: number;
  /** The VLAN whose frames it gives and takes, untagged. Of a guarded port its flows say it. */
  readonly vlan?: Vlan | undefined;
  /** VLANs whose frames it gives and takes besides, with their tags. */
  readonly trunk?: Trunk | undefined;
  /** An interface that the switch makes, as the host's own in it. Absent: the link of this name. */
  readonly internal?: { readonly mac: string; readonly mtu: number };
  /** Written beside our owner mark: enough to adopt a live port when the log is lost. */
  readonly externalIds: Readonly<Record<string, string>>;
};

export type PortVlans = Pick<Port, 'vlan' | 'trunk'>;

export type PortAdded = {
  readonly ofport: number;
  /** Milliseconds spent in the transaction, and then waiting for the switch to forward. */
  readonly transactMs: number;
  readonly waitMs: number;
};

export type PortSeen = {
  readonly bridge: string;
  readonly name: string;
  readonly externalIds: Readonly<Record<string, string>>;
  readonly guarded: boolean;
  /** Its VLAN; absent where it is in none, and where it is guarded. */
  readonly tag?: Vlan | undefined;
  /** What it carries with tags; absent where it carries none, and where it is guarded. */
  readonly trunk?: Trunk | undefined;
  /** `undefined` until the switch has attached it. */
  readonly ofport: number | undefined;
  readonly error: string | undefined;
};

export type SwitchFailure =
  | { readonly type: 'switch-unreachable'; readonly reason: string }
  | { readonly type: 'bridge-missing'; readonly bridge: string }
  | { readonly type: 'bridge-failed'; readonly bridge: string; readonly reason: string }
  | { readonly type: 'foreign-port'; readonly name: string }
  /** Somebody else took it out again before the switch had attached it. */
  | { readonly type: 'port-removed'; readonly name: string }
  | { readonly type: 'port-failed'; readonly name: string; readonly reason: string };
