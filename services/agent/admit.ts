import { either as E } from 'fp-ts';
import type { Refusal } from '../../domain/cni/refusal.ts';
import type { AddRequest } from '../../domain/cni/request.ts';
import { admitPod } from '../../domain/host/admit-pod.ts';
import { attachmentKey } from '../../domain/host/attachment.ts';
import { gatewayOf } from '../../domain/host/choose-address.ts';
import type { AddPod } from '../../domain/host/command.ts';
import type { IpAddress } from '../../domain/ip/address.ts';
import { wrongBridge, wrongMtu, wrongTrunk, wrongVlan } from './bridge-fit.ts';
import type { AgentConfiguration } from './configuration.ts';
import type { AgentPorts, Host } from './ports.ts';
import { stillWanted } from './still-wanted.ts';
import { type Wanted, wantedOf } from './wanted.ts';

/** What an ADD asks for, and the namespace that it found. */
export type Examined = Wanted & Pick<AddPod, 'netns' | 'mtu' | 'vlan' | 'trunk'>;

type Admitted = { readonly gateways: ReadonlyArray<IpAddress>; readonly examined: Examined };

/** Whether an ADD asks for what this machine can do. `isPrepared`: its interface is there for it. Changes nothing. */
export const examine = async (
  ports: Pick<AgentPorts, 'kernel'>,
  configuration: Pick<AgentConfiguration, 'bridge' | 'antiSpoofing'>,
  host: Host,
  request: AddRequest,
  giveUp: AbortSignal,
  isPrepared = false,
): Promise<E.Either<Refusal, Examined>> => {
  const elsewhere = wrongBridge(configuration, request.bridge);
  if (elsewhere !== undefined) return E.left(elsewhere);
  const { vlan, trunk } = request;
  const untagged = wrongVlan(configuration, vlan) ?? wrongTrunk(configuration, trunk);
  if (untagged !== undefined) return E.left(untagged);
  const wanted = wantedOf(request);
  if (E.isLeft(wanted)) return wanted;
  // What the log knows has its interface there already, and is answered or undone by what the log says.
  const known = isPrepared || host.state().attachments.has(attachmentKey(request));
  const netns = await ports.kernel.netns(request.netns, ...(known ? [] : [request.ifname]))();
  if (E.isLeft(netns)) return netns;
  const awaited = stillWanted(giveUp);
  if (E.isLeft(awaited)) return awaited;
  const mtu = request.mtu ?? configuration.bridge.mtu;
  const unfit = wrongMtu(configuration, host.state().lease, mtu);
  if (unfit !== undefined) return E.left(unfit);
  const { device, inode } = netns.right;
  return E.right({ ...wanted.right, netns: { path: request.netns, device, inode }, mtu, vlan, trunk });
};

/**
 * Whether an ADD would be refused, whatever addresses a delegate gave: asked before the delegate is, so that a refusal leaves what the
 * delegate holds for a pod that runs. What an interrupted ADD left behind is no obstacle: the ADD undoes it.
 * Gives the node's gateways, and what it asks for.
 */
export const admit = async (
  ports: Pick<AgentPorts, 'kernel'>,
  configuration: Pick<AgentConfiguration, 'bridge' | 'antiSpoofing'>,
  host: Host,
  request: AddRequest,
  giveUp: AbortSignal,
): Promise<E.Either<Refusal, Admitted>> => {
  const examined = await examine(ports, configuration, host, request, giveUp);
  if (E.isLeft(examined)) return examined;
  const admitted = admitPod(host.state(), { ...request, isDelegated: request.delegated !== undefined });
  if (E.isLeft(admitted) && admitted.left.type !== 'attachment-reserved') return admitted;
  const gateways = (host.state().lease?.subnets ?? []).map(gatewayOf);
  return E.right({ gateways, examined: examined.right });
};
