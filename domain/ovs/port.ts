import type { Attachment } from '../host/state.ts';
import { addressesOf } from '../host/state.ts';
import type { Port } from '../port/switch.ts';

/**
 * What the switch should have for an attachment. The external ids are enough to adopt a live port when the log is lost.
 */
export const podPort = (
  { bridge, guarded }: Pick<Port, 'bridge' | 'guarded'>,
  attachment: Omit<Attachment, 'status'>,
  eventId: string,
): Port => ({
  bridge,
  name: attachment.hostIfname,
  protected: true,
  guarded,
  ...(attachment.vlan === undefined ? {} : { vlan: attachment.vlan }),
  externalIds: {
    network: attachment.network,
    'container-id': attachment.containerId,
    ifname: attachment.ifname,
    netns: attachment.netns.path,
    'netns-id': `${attachment.netns.device}:${attachment.netns.inode}`,
    addresses: addressesOf(attachment).join(' '),
    mac: attachment.mac,
    ...(attachment.vlan === undefined ? {} : { vlan: String(attachment.vlan) }),
    'event-id': eventId,
  },
});
