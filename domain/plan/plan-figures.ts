import type { PodAdded, PodDeleted } from '../host/events.ts';
import type { HostState } from '../host/state.ts';
import type { NodeName } from '../identity/node-name.ts';
import type { Family } from '../ip/address.ts';
import { cidrFamily } from '../ip/cidr.ts';
import { count, type Spread, type Summary, summary } from './spread.ts';

/** Something that was asked for and could not be given: when, by whom, what, and the decider's word for why. */
export type RanOut = {
  readonly at: string;
  readonly position: number;
  readonly node: NodeName;
  readonly asked: string;
  readonly because: string;
};

export type NodeUse = {
  readonly node: NodeName;
  /** Most attachments at once, and since when. */
  readonly peak: number;
  readonly peakAt: string;
  /** Addresses that its subnet has for pods; 0 for a node that never got one. */
  readonly capacity: string;
  readonly refusedPods: number;
};

export type PlanReport = {
  readonly events: number;
  readonly from: string | undefined;
  readonly to: string | undefined;
  readonly nodes: { readonly asked: number; readonly refused: number; readonly neverPlaced: number };
  readonly subnets: { readonly capacity: number; readonly peak: number; readonly peakAt: string | undefined };
  readonly pods: { readonly asked: number; readonly refused: number };
  readonly firstNodeRefused: RanOut | undefined;
  readonly firstPodRefused: RanOut | undefined;
  /** From an address's release until it is given again: how many others its subnet gave meanwhile, and seconds. */
  readonly reuse: { readonly count: number; readonly others: Summary; readonly seconds: Summary } | undefined;
  /** The fullest first. */
  readonly perNode: ReadonlyArray<NodeUse>;
};

type Use = { peak: number; peakAt: string; capacity: bigint; refusedPods: number };

/** What is written down on the way. All of it is changed in place. */
export type Figures = {
  readonly uses: Map<NodeName, Use>;
  readonly refusedNodes: Set<NodeName>;
  readonly askedNodes: Set<NodeName>;
  pods: { asked: number; refused: number };
  firstNode: RanOut | undefined;
  firstPod: RanOut | undefined;
  subnets: { peak: number; peakAt: string | undefined };
  /** Allocations so far in each stream, and where and when each of its addresses was last given back. */
  readonly given: Map<string, number>;
  readonly returned: Map<string, { readonly given: number; readonly at: number }>;
  readonly others: Spread;
  readonly seconds: Spread;
  reused: number;
};

export const noFigures = (): Figures => ({
  uses: new Map(),
  refusedNodes: new Set(),
  askedNodes: new Set(),
  pods: { asked: 0, refused: 0 },
  firstNode: undefined,
  firstPod: undefined,
  subnets: { peak: 0, peakAt: undefined },
  given: new Map(),
  returned: new Map(),
  others: new Map(),
  seconds: new Map(),
  reused: 0,
});

export const useOf = ({ uses }: Figures, node: NodeName): Use => {
  const known = uses.get(node);
  if (known !== undefined) return known;
  const use = { peak: 0, peakAt: '', capacity: 0n, refusedPods: 0 };
  uses.set(node, use);
  return use;
};

/** The addresses of a host's smaller family: that one runs out first. */
const capacityOf = ({ lease, pools }: Readonly<HostState>): bigint | undefined => {
  const sizes = new Map<Family, bigint>();
  for (const subnet of lease?.subnets ?? []) {
    const of = cidrFamily(subnet);
    sizes.set(of, (sizes.get(of) ?? 0n) + (pools.get(subnet)?.row.count ?? 0n));
  }
  return [...sizes.values()].reduce<bigint | undefined>(
    (least, size) => (least === undefined || size < least ? size : least),
    undefined,
  );
};

export const noteGiven = (
  figures: Figures,
  stream: string,
  node: NodeName,
  state: Readonly<HostState>,
  { addresses }: PodAdded,
  at: string,
): void => {
  const use = useOf(figures, node);
  use.capacity = capacityOf(state) ?? use.capacity;
  if (state.attachments.size > use.peak) {
    use.peak = state.attachments.size;
    use.peakAt = at;
  }
  const before = figures.given.get(stream) ?? 0;
  figures.given.set(stream, before + 1);
  for (const { address } of addresses) {
    const last = figures.returned.get(address);
    if (last === undefined) continue;
    figures.returned.delete(address);
    figures.reused += 1;
    count(figures.others, Math.max(0, before - last.given));
    count(figures.seconds, Math.round((Date.parse(at) - last.at) / 1000));
  }
};

export const noteReturned = (
  figures: Figures,
  stream: string,
  { addresses }: PodDeleted,
  at: string,
): void => {
  for (const address of addresses)
    figures.returned.set(address, { given: figures.given.get(stream) ?? 0, at: Date.parse(at) });
};

export const reuseOf = ({ others, seconds, reused }: Figures): PlanReport['reuse'] => {
  const [between, after] = [summary(others), summary(seconds)];
  return between && after && { count: reused, others: between, seconds: after };
};

export const perNode = ({ uses }: Figures): ReadonlyArray<NodeUse> =>
  Array.from(uses, ([node, use]) => ({ node, ...use, capacity: use.capacity.toString() })).sort(
    (a, b) => b.refusedPods - a.refusedPods || b.peak - a.peak || (a.node < b.node ? -1 : 1),
  );
