import { either as E } from 'fp-ts';
import { attachmentKey } from '../../domain/host/attachment.ts';
import type { KernelFailure, OwnLink } from '../../domain/port/kernel.ts';
import type { PortSeen } from '../../domain/port/switch.ts';
import type { AgentConfiguration } from './configuration.ts';
import { describeNodeNetworkFailure, ensureNodeNetwork, type NodeNetworkFailure } from './node-network.ts';
import type { AgentPorts, Host } from './ports.ts';
import type { Turns } from './turns.ts';
import { portOf } from './wiring.ts';

/** What the last reconciliation found. */
export type Readiness = {
  /** Why the agent cannot serve an ADD now, in words; none when it can. */
  reasons: ReadonlyArray<string>;
  /** Attached pods whose host-side link is gone: there is nothing to plug in until their DEL comes. */
  linkless: ReadonlySet<string>;
  /** Live links of ours that the log does not know: their pods may hold addresses, so none are given. */
  unadopted: ReadonlyArray<string>;
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

/** Ports that somebody removed come back; port rows that hold nothing go. */
const reconcilePorts = async (
  ports: AgentPorts,
  configuration: AgentConfiguration,
  host: Host,
  turns: Turns,
  seen: ReadonlyArray<PortSeen>,
  links: ReadonlySet<string>,
): Promise<void> => {
  const { bridge } = configuration;
  const plugged = new Set(seen.filter((port) => port.bridge === bridge.name).map(({ name }) => name));
  const lost = [...host.state().attachments].filter(
    ([, { status, hostIfname }]) =>
      status === 'attached' && !plugged.has(hostIfname) && links.has(hostIfname),
  );
  const stale = seen.filter(({ name }) => !links.has(name));
  await Promise.all([
    ...lost.map(([key]) => reattach(ports, configuration, host, turns, key)),
    ...stale.map((port) => removeStalePort(ports, host, turns, port)),
  ]);
};

/** Live links of ours that the log does not know, seen twice: one look may have met a DEL half-way. */
const unadoptedLinks = async (
  { kernel }: AgentPorts,
  host: Host,
  turns: Turns,
  first: ReadonlyArray<OwnLink>,
): Promise<E.Either<KernelFailure, ReadonlyArray<OwnLink>>> => {
  const unknown = ({ alias }: OwnLink): boolean =>
    !host.state().attachments.has(alias) && !turns.busy().includes(alias);
  const suspects = new Set(first.filter(unknown).map(({ name }) => name));
  if (suspects.size === 0) return E.right([]);
  const second = await kernel.ownLinks()();
  return E.isLeft(second)
    ? second
    : E.right(second.right.filter((link) => suspects.has(link.name) && unknown(link)));
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
  const notReady = (failure: NodeNetworkFailure): void => {
    const words = describeNodeNetworkFailure(failure);
    ports.log.error('this node cannot serve pods now', { reason: words, failure });
    readiness.reasons = [words];
  };
  const { lease } = host.state();
  if (lease === undefined) {
    readiness.reasons = ['this node has no subnet yet'];
    return;
  }
  const network = await ensureNodeNetwork(ports, configuration, lease);
  if (E.isLeft(network)) return notReady(network.left);
  const seen = await ports.switch.ports()();
  if (E.isLeft(seen)) return notReady(seen.left);
  const links = await ports.kernel.ownLinks()();
  if (E.isLeft(links)) return notReady(links.left);
  const names = new Set(links.right.map(({ name }) => name));
  readiness.linkless = new Set(
    [...host.state().attachments.values()]
      .filter(({ status, hostIfname }) => status === 'attached' && !names.has(hostIfname))
      .map(({ hostIfname }) => hostIfname),
  );
  await reconcilePorts(ports, configuration, host, turns, seen.right, names);
  const unadopted = await unadoptedLinks(ports, host, turns, links.right);
  if (E.isLeft(unadopted)) return notReady(unadopted.left);
  readiness.unadopted = unadopted.right.map(({ name, alias }) => `${name} (${alias})`);
  readiness.reasons = readiness.unadopted.map((link) => `the link ${link} is live but not in the log`);
};
