import type { AttachmentId } from '../../domain/host/attachment.ts';
import type { Attachment } from '../../domain/host/state.ts';
import type { Ids } from '../../domain/port/ids.ts';
import { eventId } from '../seal-events.ts';
import type { AgentPorts } from './ports.ts';

/** Whole microseconds since then: more is noise in a journal. */
export const msSince = ({ clock }: Pick<AgentPorts, 'clock'>, startedMs: number): number =>
  Math.round((clock.monotonicMs() - startedMs) * 1000) / 1000;

/** An attachment in a line of the journal, under the keys by which all lines about it are found. */
export const attachmentFields = ({ network, containerId, ifname }: AttachmentId) => ({
  network,
  containerId,
  ifname,
});

/** The same of one that the log knows: with `event`, the id of its `PodAdded`, and `port`, as lines of the switch name it. */
export const knownFields = (
  ids: Ids,
  attachment: AttachmentId & Pick<Attachment, 'commandId' | 'hostIfname'>,
) => ({
  ...attachmentFields(attachment),
  port: attachment.hostIfname,
  event: eventId(ids, attachment.commandId, 0),
});
