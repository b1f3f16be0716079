import { either as E } from 'fp-ts';
import type { Refusal } from '../../domain/cni/refusal.ts';
import type { Attachment, Lease } from '../../domain/host/state.ts';
import type { Cidr } from '../../domain/ip/cidr.ts';
import { podWiring } from '../../domain/kernel/wiring.ts';
import { podPort } from '../../domain/ovs/port.ts';
import type { PodWiring } from '../../domain/port/kernel.ts';
import type { Port, PortAdded } from '../../domain/port/switch.ts';
import { eventId } from '../seal-events.ts';
import type { AgentConfiguration } from './configuration.ts';
import { guard, unguard } from './guard.ts';
import { ensureGatewayBridge } from './node-network.ts';
import type { AgentPorts } from './ports.ts';

export type WiringPorts = Pick<AgentPorts, 'kernel' | 'switch' | 'flows' | 'ids' | 'log' | 'metrics'>;

export const wiringOf = (
  configuration: AgentConfiguration,
  attachment: Omit<Attachment, 'status'>,
  subnets: ReadonlyArray<Cidr>,
): PodWiring =>
  podWiring(attachment, subnets, { checksumOffload: configuration.bridge.datapathType === 'system' });

export const portOf = (
  { ids }: Pick<AgentPorts, 'ids'>,
  { bridge, antiSpoofing }: AgentConfiguration,
  attachment: Omit<Attachment, 'status'>,
): Port =>
  podPort({ bridge: bridge.name, guarded: antiSpoofing }, attachment, eventId(ids, attachment.commandId, 0));

export const stillWanted = (giveUp: AbortSignal): E.Either<Refusal, undefined> =>
  giveUp.aborted ? E.left({ type: 'given-up' }) : E.right(undefined);

/**
 * Where somebody took the bridge away, it is made again first: this ADD cannot wait for the next reconciliation. Taking the
 * port out again ends the wait for a switch that does not answer, so a DEL need not sit through it.
 */
export const plugIn = async (
  ports: WiringPorts,
  configuration: AgentConfiguration,
  lease: Lease,
  port: Port,
  giveUp: AbortSignal,
): Promise<E.Either<Refusal, PortAdded>> => {
  const { switch: ovs } = ports;
  let takenOut: Promise<unknown> = Promise.resolve();
  const takeOut = (): void => {
    takenOut = ovs.removePort(port.name)();
  };
  giveUp.addEventListener('abort', takeOut);
  try {
    const plugged = await ovs.addPort(port, configuration.switchTimeoutMs)();
    if (E.isRight(plugged) || plugged.left.type !== 'bridge-missing') return plugged;
    const made = await ensureGatewayBridge(ports, configuration, lease);
    if (E.isLeft(made)) return made;
    const wanted = stillWanted(giveUp);
    return E.isLeft(wanted) ? wanted : await ovs.addPort(port, configuration.switchTimeoutMs)();
  } finally {
    giveUp.removeEventListener('abort', takeOut);
    await takenOut;
  }
};

/** A port that the switch forwards for, and what comes of the flows that open it, which are on their way to it. */
export type Plugged = { readonly port: PortAdded; readonly opened: Promise<E.Either<Refusal, void>> };

/** The port, and with anti-spoofing the flows that open it for the pod's own traffic. */
const plugInGuarded = async (
  ports: WiringPorts,
  configuration: AgentConfiguration,
  lease: Lease,
  attachment: Omit<Attachment, 'status'>,
  giveUp: AbortSignal,
): Promise<E.Either<Refusal, Plugged>> => {
  const plugged = await plugIn(ports, configuration, lease, portOf(ports, configuration, attachment), giveUp);
  if (E.isLeft(plugged)) return plugged;
  const opened = configuration.antiSpoofing
    ? guard(ports, attachment, plugged.right.ofport, giveUp)
    : Promise.resolve(E.right(undefined));
  return E.right({ port: plugged.right, opened });
};

/** The same, when the port is open. */
export const plugInAndOpen = async (
  ...given: Parameters<typeof plugInGuarded>
): Promise<E.Either<Refusal, PortAdded>> => {
  const plugged = await plugInGuarded(...given);
  if (E.isLeft(plugged)) return plugged;
  const opened = await plugged.right.opened;
  return E.isLeft(opened) ? opened : E.right(plugged.right.port);
};

/**
 * The pair of links; then the port, which the switch must forward for, while the kernel fills the pod's namespace: it is asked for both
 * at once, so that it need not wait to be asked again. Fails with the first step that does not hold and leaves undoing to its caller.
 */
export const wire = async (
  ports: WiringPorts,
  configuration: AgentConfiguration,
  lease: Lease,
  attachment: Omit<Attachment, 'status'>,
  wiring: PodWiring,
  giveUp: AbortSignal,
): Promise<E.Either<Refusal, Plugged>> => {
  const { kernel } = ports;
  const creating = kernel.createPair(wiring)();
  const finishing = kernel.finishPair(wiring)();
  const created = E.flatMap(() => stillWanted(giveUp))(await creating);
  // Nothing may be under way for this pod while its ADD is undone.
  if (E.isLeft(created)) return finishing.then(() => created);
  const plugging = plugInGuarded(ports, configuration, lease, attachment, giveUp);
  const [finished, plugged] = await Promise.all([finishing, plugging]);
  if (E.isLeft(finished)) {
    if (E.isRight(plugged)) await plugged.right.opened;
    return finished;
  }
  return E.isLeft(plugged) && giveUp.aborted ? E.left({ type: 'given-up' }) : plugged;
};

/**
 * Port and link gone. A switch that does not answer is no obstacle: without its link the port forwards nothing, and the next
 * reconciliation removes it. Nor is somebody else's link under the name: it is left alone, and ours is not there.
 */
export const unwire = async (
  ports: WiringPorts,
  hostIfname: string,
): Promise<E.Either<Refusal, undefined>> => {
  const { kernel, switch: ovs, log } = ports;
  unguard(ports, hostIfname);
  const [port, link] = await Promise.all([ovs.removePort(hostIfname)(), kernel.detachPod(hostIfname)()]);
  if (E.isLeft(port))
    log.warn('the port is left for the next reconciliation', { port: hostIfname, failure: port.left });
  if (E.isRight(link)) return E.right(undefined);
  if (link.left.type !== 'foreign-link') return link;
  log.warn('a link that is not ours has the name of a pod; it was left alone', { link: hostIfname });
  return E.right(undefined);
};
