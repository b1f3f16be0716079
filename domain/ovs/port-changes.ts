import { type AttachmentId, attachmentKey } from '../host/attachment.ts';
import type { Attachment } from '../host/state.ts';
import type { PortSeen } from '../port/switch.ts';
import { markedAttachment } from './read-port.ts';
import { isVlanGateway } from './vlan-gateway.ts';

/** One difference between the ports that the bridge should have and those that it has. */
export type PortChange =
  | { readonly type: 'plug'; readonly attachment: AttachmentId; readonly name: string }
  /** `attachment`: whose port it was, as its marks say. */
  | { readonly type: 'unplug'; readonly attachment: AttachmentId; readonly name: string };

type Held = AttachmentId & Pick<Attachment, 'status' | 'hostIfname'>;

/**
 * An attached pod with a link has a port; a port whose attachment is not known and whose link is gone holds nothing. What is in the
 * middle of its ADD or DEL (`busy`) is its business, and a port with a link that the log does not know may be a living pod's. VLANs' gateways
 * are no pod's.
 */
export const portChanges = (
  attachments: ReadonlyMap<string, Held>,
  seen: ReadonlyArray<PortSeen>,
  links: ReadonlySet<string>,
  busy: ReadonlySet<string>,
): ReadonlyArray<PortChange> => {
  const plugged = new Set(seen.map(({ name }) => name));
  const changes: PortChange[] = [];
  for (const [key, { network, containerId, ifname, status, hostIfname: name }] of attachments)
    if (status === 'attached' && !busy.has(key) && !plugged.has(name) && links.has(name))
      changes.push({ type: 'plug', attachment: { network, containerId, ifname }, name });
  for (const port of seen) {
    if (isVlanGateway(port)) continue;
    const [attachment, name] = [markedAttachment(port), port.name];
    const key = attachmentKey(attachment);
    if (!links.has(name) && !busy.has(key) && !attachments.has(key))
      changes.push({ type: 'unplug', attachment, name });
  }
  return changes;
};
