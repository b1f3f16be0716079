import { type Attachment, addressesOf } from '../host/state.ts';
import { vlanInterface } from '../ovs/vlan-gateway.ts';
import type { PodRoute } from '../port/kernel.ts';
import type { Vlan } from '../vlan.ts';

type Held = Pick<Attachment, 'addresses' | 'vlan'>;

/** The host's routes to a pod in a VLAN, one for each address; to any other pod the subnet's route leads. */
export const podRoutes = (bridge: string, attachment: Held): ReadonlyArray<PodRoute> => {
  const { vlan } = attachment;
  return vlan === undefined
    ? []
    : addressesOf(attachment).map((address) => ({ address, device: vlanInterface(bridge, vlan) }));
};

/** The VLANs that any attachment is in, in ascending order. */
export const vlansOf = (attachments: Iterable<Pick<Attachment, 'vlan'>>): ReadonlyArray<Vlan> => {
  const vlans = new Set<Vlan>();
  for (const { vlan } of attachments) if (vlan !== undefined) vlans.add(vlan);
  return [...vlans].sort((one, other) => one - other);
};

const textOf = ({ address, device }: PodRoute): string => `${address} ${device}`;

/** Says which routes to a pod in a VLAN are not among these. */
export const missingAmong = (
  bridge: string,
  seen: ReadonlyArray<PodRoute>,
): ((attachment: Held) => ReadonlyArray<PodRoute>) => {
  const there = new Set(seen.map(textOf));
  return (attachment) => podRoutes(bridge, attachment).filter((route) => !there.has(textOf(route)));
};

/** Attached pods in VLANs that lack a route, by their keys; not those in the middle of their ADD or DEL (`busy`). */
export const withoutRoute = (
  bridge: string,
  attachments: ReadonlyMap<string, Held & Pick<Attachment, 'status'>>,
  seen: ReadonlyArray<PodRoute>,
  busy: ReadonlySet<string>,
): ReadonlyArray<string> => {
  const missing = missingAmong(bridge, seen);
  return [...attachments].flatMap(([key, attachment]) =>
    attachment.status === 'attached' && !busy.has(key) && missing(attachment).length > 0 ? [key] : [],
  );
};

/** Routes of ours that lead to no attachment's address, or by another way than its own. */
export const strayRoutes = (
  bridge: string,
  attachments: Iterable<Held>,
  seen: ReadonlyArray<PodRoute>,
): ReadonlyArray<PodRoute> => {
  const held = new Set([...attachments].flatMap((attachment) => podRoutes(bridge, attachment)).map(textOf));
  return seen.filter((route) => !held.has(textOf(route)));
};
