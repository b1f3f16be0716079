import { either as E } from 'fp-ts';
import { cluster } from '../../domain/cluster/decider.ts';
import { clusterEvents } from '../../domain/cluster/events.ts';
import { holdingOf } from '../../domain/cluster/queries.ts';
import type { ClusterState } from '../../domain/cluster/state.ts';
import { decodeEvent } from '../../domain/event.ts';
import type { HostCommand } from '../../domain/host/command.ts';
import type { NodeName } from '../../domain/identity/node-name.ts';
import { clusterStream } from '../../domain/stream.ts';
import type { MembershipConfiguration } from './configuration.ts';
import type { Host, MembershipPorts } from './ports.ts';

/** What the cluster's state means for this life of this node; `undefined` when it is nothing yet. */
const meaning = (
  state: ClusterState,
  node: NodeName,
  incarnation: string,
  clusterRevision: number,
): HostCommand | undefined => {
  const configured = state.configuration;
  const holding = holdingOf(state, node);
  if (configured === undefined || holding?.incarnation !== incarnation) return undefined;
  if (holding.revoked !== undefined)
    return { type: 'observe-fence', reason: holding.revoked, clusterRevision };
  // A join is several events; it is learnt when there is a subnet of every family.
  if (holding.subnets.length < configured.podCidrs.length) return undefined;
  return {
    type: 'observe-lease',
    subnets: holding.subnets,
    hostAddress: holding.hostAddress,
    podCidrs: configured.podCidrs.map(({ cidr }) => cidr),
    hostCidr: configured.hostCidr,
    clusterRevision,
  };
};

/**
 * Follows the cluster stream and copies into the host stream what this node relies on, so that the host stream alone folds to
 * the host's state. On an event that it cannot read it stops, names it, and the node keeps serving the lease it has.
 */
export const observeCluster = async (
  ports: MembershipPorts,
  configuration: MembershipConfiguration,
  host: Host,
  onChange: () => Promise<void>,
  signal: AbortSignal,
): Promise<void> => {
  const decode = decodeEvent(clusterEvents);
  let state = cluster.initialState();
  const stream = clusterStream(configuration.cluster);
  for await (const recorded of ports.clusterLog.subscribe({ stream, from: 0, signal })) {
    const decoded = decode(recorded);
    if (E.isLeft(decoded)) {
      ports.log.error(
        'the cluster stream cannot be read further: upgrade evio-agent; the lease it has is still served',
        {
          failure: decoded.left,
          position: recorded.position,
        },
      );
      return;
    }
    state = cluster.evolve(state, decoded.right.event);
    const { event } = decoded.right;
    const concernsUs = event.type === 'ClusterConfigured' || event.node === configuration.node;
    if (!concernsUs || recorded.revision <= host.state().clusterRevision) continue;
    const command = meaning(state, configuration.node, ports.ownLog.identity.logId, recorded.revision);
    if (command === undefined) continue;
    const observed = await host.transact(command, {
      actor: 'agent',
      commandId: ports.ids.derive(ports.ownLog.identity.logId, `observe/${recorded.id}`),
      correlationId: decoded.right.metadata.$correlationId,
    })();
    if (E.isLeft(observed)) {
      ports.log.error('what the cluster decided could not be recorded', { failure: observed.left });
      return;
    }
    if (observed.right.length > 0) await onChange();
  }
};
