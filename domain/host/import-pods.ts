import { either as E } from 'fp-ts';
import { type Family, family, type IpAddress } from '../ip/address.ts';
import { type Cidr, contains } from '../ip/cidr.ts';
import { addressConflict } from './address-conflict.ts';
import { type AttachmentId, attachmentKey } from './attachment.ts';
import type { TakenOverFrom } from './choice.ts';
import type { ImportedPod, ImportPods } from './command.ts';
import type { HostEvent } from './events.ts';
import type { HostFailure, ImportConflict } from './failure.ts';
import { addressesOf, type HostState, minReaderOf } from './state.ts';

/** The first generation of programs that reads an imported PodAdded, and one that was adopted. */
export const readerOf = (from: TakenOverFrom): number => (from === 'adoption' ? 4 : 2);

/** Where the addresses must lie: in these subnets of the node or, where nobody knows which they will be, in the cluster's networks. */
export type Bounds =
  | { readonly subnets: ReadonlyArray<Cidr> }
  /** Empty where they are not known either. */
  | { readonly podCidrs: ReadonlyArray<Cidr> };

const outside = (
  state: HostState,
  bounds: Bounds,
  address: IpAddress,
): ImportConflict['conflict'] | undefined => {
  if ('subnets' in bounds) return addressConflict(state, bounds, address);
  const { podCidrs } = bounds;
  return podCidrs.length === 0 || podCidrs.some((cidr) => contains(cidr, address))
    ? undefined
    : { type: 'outside-cluster', podCidrs };
};

/** What is wrong with one address of one pod; `taken` are those of the pods before it. */
const conflictOf = (
  state: HostState,
  bounds: Bounds,
  taken: ReadonlyMap<IpAddress, string>,
  address: IpAddress,
): ImportConflict['conflict'] | undefined => {
  const conflict = outside(state, bounds, address);
  if (conflict !== undefined) return conflict;
  const other = taken.get(address);
  return other === undefined ? undefined : { type: 'twice-in-source', other };
};

const familyConflict = (addresses: ReadonlyArray<IpAddress>): boolean => {
  const families = new Set<Family>(addresses.map(family));
  return addresses.length === 0 || families.size < addresses.length;
};

const identity = ({ network, containerId, ifname }: AttachmentId): AttachmentId => ({
  network,
  containerId,
  ifname,
});

/** Everything that keeps these pods from being taken over together as they are. */
export const conflictsOf = (
  state: HostState,
  bounds: Bounds,
  pods: ReadonlyArray<ImportedPod>,
): ReadonlyArray<ImportConflict> => {
  const conflicts: ImportConflict[] = [];
  const taken = new Map<IpAddress, string>();
  const seen = new Set<string>();
  for (const pod of pods) {
    const attachment = identity(pod);
    const key = attachmentKey(pod);
    const found = (address: IpAddress | undefined, conflict: ImportConflict['conflict']): void => {
      conflicts.push({ attachment, ...(address === undefined ? {} : { address }), conflict });
    };
    const known = state.attachments.get(key);
    if (known !== undefined) found(undefined, { type: 'attachment-known', addresses: addressesOf(known) });
    if (seen.has(key)) found(undefined, { type: 'twice-in-source', other: key });
    if (familyConflict(pod.addresses)) found(undefined, { type: 'not-one-per-family' });
    for (const address of pod.addresses) {
      const conflict = known === undefined ? conflictOf(state, bounds, taken, address) : undefined;
      if (conflict !== undefined) found(address, conflict);
      taken.set(address, key);
    }
    seen.add(key);
  }
  return conflicts;
};

/** The same attachment with the same addresses: taken over before. */
const isThere = (state: HostState, pod: ImportedPod): boolean => {
  const known = state.attachments.get(attachmentKey(pod));
  return known?.status === 'attached' && addressesOf(known).join() === pod.addresses.join();
};

/** Those that were not taken over before. */
export const freshPods = (state: HostState, pods: ReadonlyArray<ImportedPod>): ReadonlyArray<ImportedPod> =>
  pods.filter((pod) => !isThere(state, pod));

/**
 * Takes over what runs already: each pod is added and wired at once, all of them or, when any conflicts, none. What was taken
 * over before is passed by, so the same import again decides nothing.
 */
export const importPods = (
  state: HostState,
  { from, pods, requestId, commandId }: ImportPods,
): E.Either<HostFailure, ReadonlyArray<HostEvent>> => {
  const { lease } = state;
  if (lease === undefined) return E.left({ type: 'no-lease' });
  if (state.fence !== undefined) return E.left({ type: 'lease-fenced', reason: state.fence });
  if (state.leaveRequested) return E.left({ type: 'leaving' });
  const minReader = minReaderOf(lease);
  const needed = readerOf(from);
  if (minReader < needed) return E.left({ type: 'readers-too-old', minReader, needed });
  const fresh = freshPods(state, pods);
  const conflicts = conflictsOf(state, lease, fresh);
  if (conflicts.length > 0) return E.left({ type: 'import-conflicts', conflicts });
  return E.right(
    fresh.flatMap(
      ({ addresses, ...pod }): ReadonlyArray<HostEvent> => [
        {
          type: 'PodAdded',
          ...pod,
          addresses: addresses.map((address) => ({ address, choice: { by: 'imported', from } })),
          requestId,
          commandId,
        },
        { type: 'PodWired', ...identity(pod) },
      ],
    ),
  );
};
