import { either as E } from 'fp-ts';
import { type LinkChange, linkChanges } from '../../domain/kernel/link-changes.ts';
import { vlansOf } from '../../domain/kernel/pod-routes.ts';
import type { KernelFailure } from '../../domain/port/kernel.ts';
import { adoptLinks } from './adopt.ts';
import { blindness } from './blindness.ts';
import type { AgentConfiguration } from './configuration.ts';
import { lookForForeignDrops } from './foreign-drops.ts';
import { healInterrupted } from './heal.ts';
import {
  describeNodeNetworkFailure,
  ensureNodeNetwork,
  type NodeNetworkFailure,
  removeNodeNetwork,
} from './node-network.ts';
import type { AgentPorts, Host } from './ports.ts';
import type { Readiness } from './readiness.ts';
import { reconcileFlows } from './reconcile-flows.ts';
import { reconcilePorts } from './reconcile-ports.ts';
import { reconcileVlans } from './reconcile-vlans.ts';
import { settlePrepared } from './settle-prepared.ts';
import type { Turns } from './turns.ts';
import { unadoptedLinks } from './unadopted.ts';
import { watchUnderWay } from './under-way.ts';
import { removeVlans } from './vlans.ts';

/** Links of attached pods that somebody took down come up again. */
const raiseFallen = async (
  { kernel, log, metrics }: AgentPorts,
  changes: ReadonlyArray<LinkChange>,
): Promise<E.Either<KernelFailure, void>> => {
  const names = changes.flatMap(({ type, name }) => (type === 'raise' ? [name] : []));
  if (names.length === 0) return E.right(undefined);
  log.info('links of pods are down: they are brought up', { links: names });
  const raised = await kernel.raiseLinks(names)();
  if (E.isRight(raised)) metrics?.record('repairs', names.length, { what: 'link-raised' });
  return raised;
};

/**
 * Compares what the log says with switch and kernel and repairs what is ours: reservations that could not be undone, interfaces prepared
 * for nobody, the node's network, VLANs' gateways, ports that somebody removed (Evio re-creates its bridge at every start), stale port rows, flows. Live links that
 * the log does not know are looked for first: they are adopted, or left alone, and then they stop new allocations, for their
 * pods may hold addresses.
 * Where a lease was given back, the node's network goes too.
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
    readiness.limited = true;
    const noWayOut = failure.type === 'firewall-failed' || failure.type === 'setting-failed';
    readiness.halted = noWayOut ? words : undefined;
  };
  await healInterrupted(ports, host, turns);
  const live = await ports.kernel.ownLinks()();
  if (E.isLeft(live)) return notReady(live.left);
  const ofPods = await settlePrepared(ports, configuration, host, turns, live.right);
  const unadopted = await unadoptedLinks(ports, host, turns, ofPods);
  if (E.isLeft(unadopted)) return notReady(unadopted.left);
  const left = await adoptLinks(ports, host, turns, unadopted.right);
  if (E.isLeft(left)) return notReady(left.left);
  readiness.unadopted = left.right;

  const { lease, clusterRevision } = host.state();
  if (lease === undefined) {
    readiness.networked = new Set();
    readiness.reasons = ['this node has no subnet yet'];
    readiness.limited = false;
    readiness.foreignDrops = [];
    // A log that never knew a lease may be a new one on a node whose pods still run.
    const givenBack = clusterRevision >= 0 && readiness.unadopted.length === 0;
    if (!givenBack) return;
    for (const remove of [removeVlans, removeNodeNetwork]) {
      const removed = await remove(ports, configuration);
      if (E.isLeft(removed)) notReady(removed.left);
    }
    return;
  }
  const network = await ensureNodeNetwork(ports, configuration, lease);
  readiness.networked = new Set(E.isLeft(network) ? [] : lease.subnets);
  if (E.isLeft(network)) return notReady(network.left);
  readiness.halted = undefined;
  const vlans = await reconcileVlans(ports, configuration, host, turns, lease, readiness);
  if (E.isLeft(vlans)) return notReady(vlans.left);
  readiness.vlansWithout = vlans.right;
  const whoWas = watchUnderWay(host, turns);
  // Anew: setting up the node's network takes its time, and some may have been adopted.
  const links = await ports.kernel.ownLinks()();
  if (E.isLeft(links)) return notReady(links.left);
  const seen = await ports.switch.ports()();
  if (E.isLeft(seen)) return notReady(seen.left);
  const names = new Set(links.right.map(({ name }) => name));
  const underWay = whoWas();
  const changes = linkChanges(host.state().attachments, links.right, underWay.keys);
  readiness.linkless = new Set(changes.flatMap(({ type, name }) => (type === 'linkless' ? [name] : [])));
  const raising = raiseFallen(ports, changes);
  readiness.unpluggable = await reconcilePorts(
    ports,
    configuration,
    host,
    turns,
    underWay,
    seen.right,
    names,
  );
  const raised = await raising;
  if (E.isLeft(raised)) return notReady(raised.left);
  const flows = await reconcileFlows(ports, configuration, host, turns);
  if (E.isLeft(flows)) return notReady(flows.left);
  readiness.ofports = flows.right.ofports;
  readiness.blind = await blindness(ports, host, names);
  readiness.limited = readiness.blind !== undefined;
  readiness.reasons = [
    ...readiness.unadopted.map((link) => `a live link is not in the log: ${link}`),
    ...(readiness.blind === undefined ? [] : [readiness.blind]),
  ];
  readiness.foreignDrops = await lookForForeignDrops(
    ports,
    configuration,
    lease,
    vlansOf(host.state().attachments.values()),
    readiness.foreignDrops,
  );
};
