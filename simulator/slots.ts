import { sha256 } from '../adapters/system/sha256.ts';
import type { JsonObject } from '../domain/cni/judge.ts';
import { attachmentKey } from '../domain/host/attachment.ts';
import { hostIfname } from '../domain/kernel/host-ifname.ts';
import type { Owner } from './loop.ts';

/** Of the pods that the agent gives addresses to, and of those to which another IPAM plugin does. */
export const network = 'evio';
export const lentNetwork = 'lent';
export const ifname = 'eth0';

/** How many of each. */
export const pods = 18;
export const lentPods = 6;

/** What the runtime believes of a pod: it asked for nothing, it was told that it is there, or it cannot know. */
export type Belief = 'absent' | 'live' | 'unsure';

/** What the runtime has of every pod, whoever wires it. */
export type Sandbox = {
  readonly containerId: string;
  readonly path: string;
  belief: Belief;
  /** It is live since before the log was lost: the log knows it only when it was adopted or taken over. */
  orphan: boolean;
  /** Whether an ADD was ever asked for. */
  asked: boolean;
  /** As the ADD was answered. */
  addresses: ReadonlyArray<string>;
  /** As the ADD was printed, where the plugin's whole program ran. */
  result: JsonObject | undefined;
  /** The run of the plugin that is under way. */
  plugin: Owner | undefined;
  /** Tells that run to end, where it listens. */
  terminate: () => void;
};

/** A pod that we wire. */
export type Slot = Sandbox & {
  readonly network: string;
  readonly hostIfname: string;
  /** Whether the runtime tells a DEL the namespace: it need not. */
  readonly namesNetns: boolean;
};

export const makeSandbox = (containerId: string): Sandbox => ({
  containerId,
  path: `/run/netns/${containerId}`,
  belief: 'absent',
  orphan: false,
  asked: false,
  addresses: [],
  result: undefined,
  plugin: undefined,
  terminate: () => undefined,
});

export const isLent = (slot: Pick<Slot, 'network'>): boolean => slot.network === lentNetwork;

export const keyOf = ({ network, containerId }: Pick<Slot, 'network' | 'containerId'>): string =>
  attachmentKey({ network, containerId, ifname });

const makeSlot = (index: number): Slot => {
  const [of, containerId] = index < pods ? [network, `c${index}`] : [lentNetwork, `d${index - pods}`];
  return {
    ...makeSandbox(containerId),
    network: of,
    hostIfname: hostIfname(sha256, { network: of, containerId, ifname }),
    namesNetns: index % 3 !== 0,
  };
};

export const makeSlots = (): ReadonlyArray<Slot> =>
  Array.from({ length: pods + lentPods }, (_, index) => makeSlot(index));
