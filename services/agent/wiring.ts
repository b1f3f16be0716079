import { either as E } from 'fp-ts';
import type { Refusal } from '../../domain/cni/refusal.ts';
import type { Attachment, Lease } from '../../domain/host/state.ts';
import type { Cidr } from '../../domain/ip/cidr.ts';
import { podWiring } from '../../domain/kernel/wiring.ts';
import type { PodWiring } from '../../domain/port/kernel.ts';
import type { PortAdded } from '../../domain/port/switch.ts';
import type { AgentConfiguration } from './configuration.ts';
import { unguard } from './guard.ts';
import { type PlugPorts, plugInAndOpen } from './plug-in.ts';
import { stillWanted } from './still-wanted.ts';

export const wiringOf = (
  configuration: AgentConfiguration,
  attachment: Omit<Attachment, 'status'>,
  subnets: ReadonlyArray<Cidr>,
): PodWiring =>
  podWiring(attachment, subnets, { checksumOffload: configuration.bridge.datapathType === 'system' });

/** What was opened for the pair before is shut; whatever is asked for next comes behind it. */
const takeUp = (ports: PlugPorts, { hostIfname }: PodWiring): E.Either<never, void> => {
  unguard(ports, hostIfname);
  return E.right(undefined);
};

/**
 * The pair of links, unless it was prepared; then its port by `plug`, and while that is waited for, what lies in the pod's namespace.
 * Not before: on two processors it would hold up the switch's database. Fails with the first step that does not hold and leaves
 * undoing to its caller; nothing is under way for this pod then.
 */
export const wirePair = async (
  ports: PlugPorts,
  wiring: PodWiring,
  plug: (finish: () => void) => Promise<E.Either<Refusal, PortAdded>>,
  giveUp: AbortSignal,
): Promise<E.Either<Refusal, PortAdded>> => {
  const { kernel } = ports;
  const pair = wiring.preparedAs === undefined ? await kernel.createPair(wiring)() : takeUp(ports, wiring);
  const created = E.flatMap(() => stillWanted(giveUp))(pair);
  if (E.isLeft(created)) return created;
  let finishing: ReturnType<ReturnType<typeof kernel.finishPair>> | undefined;
  const finish = (): void => {
    finishing ??= kernel.finishPair(wiring)();
  };
  const plugged = await plug(finish);
  if (E.isRight(plugged)) finish();
  const finished = (await finishing) ?? E.right(undefined);
  if (E.isLeft(finished)) return finished;
  return E.isLeft(plugged) && giveUp.aborted ? E.left({ type: 'given-up' }) : plugged;
};

/** The same for an attachment, whose port is the switch's to forward for. */
export const wire = (
  ports: PlugPorts,
  configuration: AgentConfiguration,
  lease: Lease,
  attachment: Omit<Attachment, 'status'>,
  wiring: PodWiring,
  giveUp: AbortSignal,
): Promise<E.Either<Refusal, PortAdded>> =>
  wirePair(
    ports,
    wiring,
    (finish) => plugInAndOpen(ports, configuration, lease, attachment, giveUp, finish),
    giveUp,
  );

/**
 * Port and link gone. A switch that does not answer is no obstacle: without its link the port forwards nothing, and the next
 * reconciliation removes it. Nor is somebody else's link under the name: it is left alone, and ours is not there.
 */
export const unwire = async (ports: PlugPorts, hostIfname: string): Promise<E.Either<Refusal, undefined>> => {
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
