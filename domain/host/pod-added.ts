import * as t from 'io-ts';
import { Integer } from '../integer.ts';
import { IpAddress } from '../ip/address.ts';
import { AddressRange } from '../ip/address-range.ts';
import { Trunk, Vlan } from '../vlan.ts';
import { AttachmentId } from './attachment.ts';
import { Choice } from './choice.ts';

export const Allocation = t.strict({ address: IpAddress, choice: Choice });
export type Allocation = t.TypeOf<typeof Allocation>;

/** A network namespace: where the runtime said it is, and what it really is. */
export const Netns = t.strict({ path: t.string, device: Integer, inode: Integer });
export type Netns = t.TypeOf<typeof Netns>;

export const Pod = t.exact(
  t.intersection([t.type({ namespace: t.string, name: t.string }), t.partial({ uid: t.string })]),
);
export type Pod = t.TypeOf<typeof Pod>;

const stored = <C extends t.Mixed>(allocation: C) => ({
  ...AttachmentId.type.props,
  netns: Netns,
  /** At most one per family. */
  addresses: t.readonlyArray(allocation),
  mac: t.string,
  mtu: Integer,
  hostIfname: t.string,
  /** The run of the plugin that asked: asked again, it is answered again. */
  requestId: t.string,
  /** The command that this follows from: its event's id follows from it, and stands beside the switch's port. */
  commandId: t.string,
});

/** What is stored of an attachment; `EraOpened` carries it as well, so a change of it is a new version of both. */
export const added = stored(Allocation);

export const maybeAdded = {
  pod: Pod,
  /** What the caller confined the policy's choice to, by family; a family without one, or no key, is not confined. */
  ranges: t.readonlyArray(AddressRange),
  /** The VLAN that its port is in; absent: none. */
  vlan: Vlan,
  /** VLANs that its port carries besides, tagged; absent: none. */
  trunk: Trunk,
};

/** Addresses reserved, wiring intended. */
export const PodAdded = t.exact(
  t.intersection([
    t.type({
      type: t.literal('PodAdded'),
      ...added,
    }),
    t.partial(maybeAdded),
  ]),
);
export type PodAdded = t.TypeOf<typeof PodAdded>;

/** What was stored when addresses could be found in fewer ways. */
export const addedBy = <C extends t.Mixed>(choice: C) =>
  t.exact(t.intersection([t.type(stored(t.strict({ address: IpAddress, choice }))), t.partial(maybeAdded)]));
