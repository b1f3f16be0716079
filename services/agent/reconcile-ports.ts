import { either as E } from 'fp-ts';
import { type AttachmentId, attachmentKey } from '../../domain/host/attachment.ts';
import { portChanges } from '../../domain/ovs/port-changes.ts';
import type { PortSeen } from '../../domain/port/switch.ts';
import type { AgentConfiguration } from './configuration.ts';
import { attachmentFields, knownFields } from './log-fields.ts';
import { plugInAndOpen } from './plug-in.ts';
import type { AgentPorts, Host } from './ports.ts';
import type { Turns } from './turns.ts';
import type { UnderWay } from './under-way.ts';

/** Whoever removes a port while it is put back may do so again, for as long as he makes the bridge anew. */
const attempts = 5;

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
    const plug = () => plugInAndOpen(ports, configuration, lease, attachment, giveUp);
    let added = await plug();
    for (let tries = 1; tries < attempts && E.isLeft(added) && added.left.type === 'port-removed'; tries += 1)
      added = await plug();
    if (E.isRight(added)) {
      ports.log.info('the port was put back', knownFields(ports.ids, attachment));
      ports.metrics?.record('repairs', 1, { what: 'port-put-back' });
      return [];
    }
    ports.log.warn('the port could not be put back: the next sweep tries it again', {
      ...knownFields(ports.ids, attachment),
      failure: added.left,
    });
    return [port];
  });

/** A port row whose attachment is not in the log and whose link is gone holds nothing; its turn guards against a new ADD. */
const removeStalePort = (
  ports: AgentPorts,
  host: Host,
  turns: Turns,
  attachment: AttachmentId,
  port: string,
): Promise<void> => {
  const key = attachmentKey(attachment);
  const fields = { ...attachmentFields(attachment), port };
  return turns.take(key, async () => {
    if (host.state().attachments.has(key)) return;
    const removed = await ports.switch.removePort(port)();
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
  { keys }: UnderWay,
  seen: ReadonlyArray<PortSeen>,
  links: ReadonlySet<string>,
): Promise<ReadonlySet<string>> => {
  const here = seen.filter(({ bridge }) => bridge === configuration.bridge.name);
  // A round that waited for a slow ADD would hold up everything else.
  const changes = portChanges(host.state().attachments, here, links, keys);
  const unpluggable = await Promise.all(
    changes.map(async ({ type, attachment, name }) => {
      if (type === 'plug') return reattach(ports, configuration, host, turns, attachmentKey(attachment));
      await removeStalePort(ports, host, turns, attachment, name);
      return [];
    }),
  );
  return new Set(unpluggable.flat());
};
