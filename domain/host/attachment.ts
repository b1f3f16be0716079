import * as t from 'io-ts';

/** CNI's own identity of a pod interface, within its network. */
export const AttachmentId = t.strict({ network: t.string, containerId: t.string, ifname: t.string });
export type AttachmentId = t.TypeOf<typeof AttachmentId>;

/** `NETWORK/CONTAINER-ID/IFNAME`: none of the three may hold a slash (CNI spec, section 2). */
export const attachmentKey = ({ network, containerId, ifname }: AttachmentId): string =>
  `${network}/${containerId}/${ifname}`;

/**
 * The key under which stands what evio-ipam gave to another plugin's attachment: in projections both stand side by side, and
 * nothing keeps a runtime from using one network's name for our main plugin and for another that delegates to evio-ipam.
 */
export const poolKey = (attachment: AttachmentId): string => `${attachmentKey(attachment)}/pool`;
