import { either as E } from 'fp-ts';
import { type AttachmentId, attachmentKey } from '../../domain/host/attachment.ts';
import type { PortSeen } from '../../domain/port/switch.ts';
import type { AgentConfiguration } from './configuration.ts';
import { attachmentFields, knownFields } from './log-fields.ts';
import type { AgentPorts, Host } from './ports.ts';
import type { Turns } from './turns.ts';
import { plugInGuarded } from './wiring.ts';

/** Puts the port back; gives its name when the switch did not take it. */
const reattach = (
  ports: AgentPorts,
  configuration: AgentConfiguration,
  host: Host,
  turns: Turns,
  key: string,
): Promise<ReadonlyArray<string>> =>
  turns.take(key, async (giveUp) => {
    const { attachments, lease } = host.state();
    const attachment = attachments.get(key);
    if (attachment?.status !== 'attached' || lease === undefined) return [];
    const port = attachment.hostIfname;
    const added = await plugInGuarded(ports, configuration, lease, attachment, giveUp);
    if (E.isRight(added)) {
      ports.log.info('the port was put back', knownFields(ports.ids, attachment));
      ports.metrics?.record('repairs', 1, { what: 'port-put-back' });
      return [];
    }
    ports.log.warn('the port could not be put back', {
      ...knownFields(ports.ids, attachment),
      failure: added.left,
    });
    return [port];
  });

/** Whose port it is, as its marks say. */
const markedAttachment = ({ externalIds }: PortSeen): AttachmentId => {
  const { network = '', 'container-id': containerId = '', ifname = '' } = externalIds;
  return { network, containerId, ifname };
};

/** A port row whose attachment is not in the log and whose link is gone holds nothing; its turn guards against a new ADD. */
const removeStalePort = (ports: AgentPorts, host: Host, turns: Turns, port: PortSeen): Promise<void> => {
  const attachment = markedAttachment(port);
  const key = attachmentKey(attachment);
  const fields = { ...attachmentFields(attachment), port: port.name };
  return turns.take(key, async () => {
    if (host.state().attachments.has(key)) return;
    const removed = await ports.switch.removePort(port.name)();
    if (E.isRight(removed)) {
      ports.log.info('a port without link and attachment was removed', fields);
      ports.metrics?.record('repairs', 1, { what: 'port-removed' });
    } else ports.log.warn('a stale port could not be removed', { ...fields, failure: removed.left });
  });
};

/** Ports of our bridge that somebody removed come back; port rows that hold nothing go. Gives the names of those that did not come. */
export const reconcilePorts = async (
  ports: AgentPorts,
  configuration: AgentConfiguration,
  host: Host,
  turns: Turns,
  seen: ReadonlyArray<PortSeen>,
  links: ReadonlySet<string>,
): Promise<ReadonlySet<string>> => {
  const here = seen.filter(({ bridge }) => bridge === configuration.bridge.name);
  const plugged = new Set(here.map(({ name }) => name));
  // What is in the middle of its ADD or DEL is its business: a round that waited for a slow one would hold up everything else.
  const busy = new Set(turns.busy());
  const lost = [...host.state().attachments].filter(
    ([key, { status, hostIfname }]) =>
      status === 'attached' && !busy.has(key) && !plugged.has(hostIfname) && links.has(hostIfname),
  );
  const stale = here.filter(
    (port) => !links.has(port.name) && !busy.has(attachmentKey(markedAttachment(port))),
  );
  const [unpluggable] = await Promise.all([
    Promise.all(lost.map(([key]) => reattach(ports, configuration, host, turns, key))),
    Promise.all(stale.map((port) => removeStalePort(ports, host, turns, port))),
  ]);
  return new Set(unpluggable.flat());
};
