import { either as E } from 'fp-ts';
import type { Refusal } from '../../domain/cni/refusal.ts';
import type { Attachment } from '../../domain/host/state.ts';
import type { Cidr } from '../../domain/ip/cidr.ts';
import { podWiring } from '../../domain/kernel/wiring.ts';
import { podPort } from '../../domain/ovs/port.ts';
import type { PodWiring } from '../../domain/port/kernel.ts';
import type { Port, PortAdded } from '../../domain/port/switch.ts';
import { eventId } from '../transact.ts';
import type { AgentConfiguration } from './configuration.ts';
import type { AgentPorts } from './ports.ts';

type WiringPorts = Pick<AgentPorts, 'kernel' | 'switch' | 'ids' | 'log'>;

export const wiringOf = (
  configuration: AgentConfiguration,
  attachment: Omit<Attachment, 'status'>,
  subnets: ReadonlyArray<Cidr>,
): PodWiring =>
  podWiring(attachment, subnets, { checksumOffload: configuration.bridge.datapathType === 'system' });

export const portOf = (
  { ids }: Pick<AgentPorts, 'ids'>,
  { bridge }: AgentConfiguration,
  attachment: Omit<Attachment, 'status'>,
): Port => podPort(bridge.name, attachment, eventId(ids, attachment.commandId, 0));

/**
 * Link, addresses and routes; then the port, which the switch must forward for; then the neighbours are told. Fails with the
 * first step that does not hold and leaves undoing to its caller.
 */
export const wire = async (
  ports: WiringPorts,
  configuration: AgentConfiguration,
  attachment: Omit<Attachment, 'status'>,
  wiring: PodWiring,
  goOn: () => E.Either<Refusal, undefined>,
): Promise<E.Either<Refusal, PortAdded>> => {
  const { kernel, switch: ovs } = ports;
  const attached = await kernel.attachPod(wiring)();
  if (E.isLeft(attached)) return attached;
  const wanted = goOn();
  if (E.isLeft(wanted)) return wanted;
  const port = await ovs.addPort(portOf(ports, configuration, attachment), configuration.switchTimeoutMs)();
  if (E.isLeft(port)) return port;
  const announced = await kernel.announcePod(wiring)();
  return E.isLeft(announced) ? announced : port;
};

/**
 * Port and link gone. A switch that does not answer is no obstacle: without its link the port forwards nothing, and the next
 * reconciliation removes it.
 */
export const unwire = async (
  { kernel, switch: ovs, log }: WiringPorts,
  hostIfname: string,
): Promise<E.Either<Refusal, undefined>> => {
  const [port, link] = await Promise.all([ovs.removePort(hostIfname)(), kernel.detachPod(hostIfname)()]);
  if (E.isLeft(port))
    log.warn('the port is left for the next reconciliation', { port: hostIfname, failure: port.left });
  return E.isLeft(link) ? link : E.right(undefined);
};
