import type { DiskOutlook } from '../../domain/disk/outlook.ts';
import type { Cidr } from '../../domain/ip/cidr.ts';
import type { ForeignDrop } from '../../domain/port/firewall.ts';
import type { Vlan } from '../../domain/vlan.ts';

/** What the last reconciliation found. */
export type Readiness = {
  /** Why the agent cannot serve an ADD now, in words; none when it can. */
  reasons: ReadonlyArray<string>;
  /** Whether what forbids an ADD may also cut off pods that exist: they lean on bridge, gateway and forwarding too. */
  limited: boolean;
  /** Chains of other firewalls that let no pod's packet leave this host. An ADD is served all the same: its pod has its address. */
  foreignDrops: ReadonlyArray<ForeignDrop>;
  /** The subnets that the node's network was set up with last. */
  networked: ReadonlySet<Cidr>;
  /** Live links of ours that the log could not adopt, and why: their pods may hold addresses. `undefined` until it was looked. */
  unadopted: ReadonlyArray<string> | undefined;
  /** Why the agent does not see its pods, though they are there: it would take them for gone. */
  blind: string | undefined;
  /** Why pods would have no way out although they could be wired: forwarding or masquerade could not be set. */
  halted: string | undefined;
  /** Attached pods whose host-side link is gone: there is nothing to plug in until their DEL comes. */
  linkless: ReadonlySet<string>;
  /** Ports that the switch did not take back; tried again at the next sweep, not at each of its changes. */
  unpluggable: ReadonlySet<string>;
  /** VLANs whose gateway could not be made, and why, in words; tried again at the next sweep, as those ports are. */
  vlansWithout: ReadonlyMap<Vlan, string>;
  /** `undefined` until it was looked, and where it cannot be measured. */
  disk: DiskOutlook | undefined;
  /** Each port's number as its flows name it: another number calls for other flows. */
  ofports: ReadonlyMap<string, number>;
};

export const unknownReadiness = (reason: string): Readiness => ({
  reasons: [reason],
  limited: false,
  foreignDrops: [],
  networked: new Set(),
  unadopted: undefined,
  blind: undefined,
  halted: undefined,
  linkless: new Set(),
  unpluggable: new Set(),
  vlansWithout: new Map(),
  disk: undefined,
  ofports: new Map(),
});
