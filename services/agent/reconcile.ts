import { either as E } from 'fp-ts';
import { attachmentKey } from '../../domain/host/attachment.ts';
import type { PortSeen } from '../../domain/port/switch.ts';
import type { AgentConfiguration } from './configuration.ts';
import { deleteAttachment } from './delete.ts';
import { ensureNodeNetwork } from './node-network.ts';
import type { AgentPorts, Host } from './ports.ts';
import type { Turns } from './turns.ts';
import { portOf } from './wiring.ts';

/** Why the agent cannot serve an ADD now, in words; none when it can. */
export type Readiness = { reasons: ReadonlyArray<string> };

/**
 * Undoes what an earlier life of the agent began and never answered. Runs before the first request is served, so nobody
 * else is at work on these attachments.
 */
export const healInterrupted = async (ports: AgentPorts, host: Host): Promise<void> => {
  for (const [key, attachment] of [...host.state().attachments]) {
    if (attachment.status === 'attached') continue;
    const healed = await deleteAttachment(ports, host, attachment, 'interrupted', attachment.requestId);
    if (E.isLeft(healed)) {
      ports.log.error('an interrupted ADD could not be undone; it is tried again at its DEL', {
        attachment: key,
        failure: healed.left,
      });
    } else {
      ports.log.info('an ADD that was interrupted before its answer was undone', { attachment: key });
    }
  }
};

const reattach = async (
  ports: AgentPorts,
  configuration: AgentConfiguration,
  host: Host,
  turns: Turns,
  key: string,
): Promise<void> =>
  turns.take(key, async () => {
    const attachment = host.state().attachments.get(key);
    if (attachment?.status !== 'attached') return;
    const port = portOf(ports, configuration, attachment);
    const added = await ports.switch.addPort(port, configuration.switchTimeoutMs)();
    if (E.isLeft(added))
      ports.log.warn('the port could not be put back', { attachment: key, failure: added.left });
    else ports.log.info('the port was put back', { attachment: key, port: port.name });
  });

/** A port row whose attachment is not in the log and whose link is gone holds nothing; its turn guards against a new ADD. */
const removeStalePort = async (
  ports: AgentPorts,
  host: Host,
  turns: Turns,
  port: PortSeen,
): Promise<void> => {
  const { network = '', 'container-id': containerId = '', ifname = '' } = port.externalIds;
  const key = attachmentKey({ network, containerId, ifname });
  await turns.take(key, async () => {
    if (host.state().attachments.has(key)) return;
    const removed = await ports.switch.removePort(port.name)();
    if (E.isRight(removed))
      ports.log.info('a port without link and attachment was removed', { port: port.name });
  });
};

/**
 * Compares what the log says with switch and kernel and repairs what is ours: the node's network, ports that somebody
 * removed (Evio re-creates its bridge at every start), stale port rows. Live links that the log does not know are left
 * alone and stop new allocations: their pods may hold addresses.
 */
export const reconcile = async (
  ports: AgentPorts,
  configuration: AgentConfiguration,
  host: Host,
  turns: Turns,
  readiness: Readiness,
): Promise<void> => {
  const { lease } = host.state();
  if (lease === undefined) {
    readiness.reasons = ['this node has no subnet yet'];
    return;
  }
  const network = await ensureNodeNetwork(ports, configuration, lease);
  if (E.isLeft(network)) {
    ports.log.error('the network of this node is not whole', { failure: network.left });
    readiness.reasons = [`the network of this node is not whole: ${JSON.stringify(network.left)}`];
    return;
  }
  const [seen, links] = await Promise.all([ports.switch.ports()(), ports.kernel.ownLinks()()]);
  if (E.isLeft(seen) || E.isLeft(links)) {
    readiness.reasons = [
      `switch or kernel do not answer: ${JSON.stringify(E.isLeft(seen) ? seen.left : links)}`,
    ];
    return;
  }
  const linkNames = new Set(links.right.map(({ name }) => name));
  const attached = [...host.state().attachments].filter(([, { status }]) => status === 'attached');
  const portNames = new Set(
    seen.right.filter(({ bridge }) => bridge === configuration.bridge.name).map(({ name }) => name),
  );
  for (const [key, { hostIfname }] of attached) {
    if (!portNames.has(hostIfname) && linkNames.has(hostIfname))
      await reattach(ports, configuration, host, turns, key);
  }
  for (const port of seen.right) {
    if (!linkNames.has(port.name)) await removeStalePort(ports, host, turns, port);
  }
  const unknown = links.right.filter(
    ({ alias }) => !host.state().attachments.has(alias) && !turns.busy().includes(alias),
  );
  readiness.reasons = unknown.map(
    ({ name, alias }) =>
      `the link ${name} (${alias}) is live but not in the log: was the log lost? delete its pod`,
  );
};
