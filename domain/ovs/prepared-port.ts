import type { AttachmentId } from '../host/attachment.ts';
import type { Netns } from '../host/events.ts';
import type { Port } from '../port/switch.ts';

/** The port of a pod whose address is not known yet. It says whose it is, and not enough to be adopted. */
export const preparedPort = (
  { bridge, guarded }: Pick<Port, 'bridge' | 'guarded'>,
  {
    network,
    containerId,
    ifname,
    netns,
    mac,
    hostIfname,
  }: AttachmentId & {
    readonly netns: Netns;
    readonly mac: string;
    readonly hostIfname: string;
  },
): Port => ({
  bridge,
  name: hostIfname,
  protected: true,
  guarded,
  externalIds: {
    network,
    'container-id': containerId,
    ifname,
    netns: netns.path,
    'netns-id': `${netns.device}:${netns.inode}`,
    mac,
  },
});
