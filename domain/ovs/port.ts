import type { Attachment } from '../host/state.ts';
import { addressesOf } from '../host/state.ts';
import type { Port, PortSeen, PortVlans } from '../port/switch.ts';
import { trunkText } from '../trunk.ts';

/** In words; of a port or of what it should be. */
export const vlansText = ({ vlan, trunk }: PortVlans): string =>
  [
    vlan === undefined ? 'no VLAN' : `VLAN ${vlan}`,
    ...(trunk === undefined ? [] : [`tagged ${trunkText(trunk)}`]),
  ].join(', ');

/** Whether a port that is not guarded is in the attachment's VLANs and in no other. */
export const hasItsVlans = (
  { tag: vlan, trunk }: Pick<PortSeen, 'tag' | 'trunk'>,
  wanted: PortVlans,
): boolean => vlansText({ vlan, trunk }) === vlansText(wanted);

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
  // In the VLANs of a trunk no host is between two of them.
  protected: attachment.trunk === undefined,
  guarded,
  ...(attachment.vlan === undefined ? {} : { vlan: attachment.vlan }),
  ...(attachment.trunk === undefined ? {} : { trunk: attachment.trunk }),
  externalIds: {
    network: attachment.network,
    'container-id': attachment.containerId,
    ifname: attachment.ifname,
    netns: attachment.netns.path,
    'netns-id': `${attachment.netns.device}:${attachment.netns.inode}`,
    addresses: addressesOf(attachment).join(' '),
    mac: attachment.mac,
    ...(attachment.vlan === undefined ? {} : { vlan: String(attachment.vlan) }),
    ...(attachment.trunk === undefined ? {} : { trunk: trunkText(attachment.trunk) }),
    'event-id': eventId,
  },
});
