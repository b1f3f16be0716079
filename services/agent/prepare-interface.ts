import { either as E } from 'fp-ts';
import type { Refusal } from '../../domain/cni/refusal.ts';
import type { AddRequest } from '../../domain/cni/request.ts';
import { attachmentKey } from '../../domain/host/attachment.ts';
import { macRefusal } from '../../domain/host/choose-mac.ts';
import { hostIfname } from '../../domain/kernel/host-ifname.ts';
import { unaddressedMacs } from '../../domain/kernel/mac.ts';
import { preparedAlias } from '../../domain/kernel/prepared-alias.ts';
import { preparedFlows } from '../../domain/ovs/prepared-flows.ts';
import { preparedPort } from '../../domain/ovs/prepared-port.ts';
import type { PodWiring } from '../../domain/port/kernel.ts';
import type { PortAdded } from '../../domain/port/switch.ts';
import type { Examined } from './admit.ts';
import type { AgentConfiguration } from './configuration.ts';
import { deleteAttachment } from './delete.ts';
import { plugInWith } from './plug-in.ts';
import type { AgentPorts, Host } from './ports.ts';
import { shareBroadcasts, unprepare } from './prepared.ts';
import type { Prepared, PreparedPods } from './prepared-pods.ts';
import { wirePair } from './wiring.ts';

/** Without addresses, and so without a way to anywhere. */
const wiringFor = (
  { bridge }: AgentConfiguration,
  { netns, hostIfname: name, mac, ...attachment }: Prepared,
  mtu: number,
): PodWiring => ({
  netnsPath: netns.path,
  netnsId: { device: netns.device, inode: netns.inode },
  ifname: attachment.ifname,
  podMac: mac,
  hostIfname: name,
  hostMac: unaddressedMacs(name).hostEnd,
  mtu,
  addresses: [],
  gateways: [],
  checksumOffload: bridge.datapathType === 'system',
  alias: preparedAlias(attachmentKey(attachment)),
});

const make = (
  ports: AgentPorts,
  configuration: AgentConfiguration,
  host: Host,
  one: Prepared,
  others: PreparedPods,
  mtu: number,
  giveUp: AbortSignal,
): Promise<E.Either<Refusal, PortAdded>> => {
  const { bridge, antiSpoofing } = configuration;
  const port = preparedPort({ bridge: bridge.name, guarded: antiSpoofing }, one);
  const flows = (ofport: number) => preparedFlows([...others.values(), { ...one, ofport }]);
  const plug = (finish: () => void) => {
    const { lease } = host.state();
    return lease === undefined
      ? Promise.resolve(E.left<Refusal, PortAdded>({ type: 'no-lease' }))
      : plugInWith(ports, configuration, lease, { port, flows }, giveUp, finish);
  };
  return wirePair(ports, wiringFor(configuration, one, mtu), plug, giveUp);
};

/**
 * The pair, up, with a MAC that it keeps; a port; and flows that let a DHCP client's questions out to the host and the answers in, and
 * nothing else. Kept in `prepared` until the ADD, a DEL or its time is over; what fails leaves nothing. An ADD that was interrupted
 * is undone first, for it has the interface.
 */
export const prepareInterface = async (
  ports: AgentPorts,
  configuration: AgentConfiguration,
  host: Host,
  prepared: PreparedPods,
  { network, containerId, ifname, requestId, attempt }: AddRequest,
  { requestedMac, netns, mtu }: Examined,
  giveUp: AbortSignal,
): Promise<E.Either<Refusal, Prepared>> => {
  const attachment = { network, containerId, ifname };
  const key = attachmentKey(attachment);
  if (host.state().attachments.get(key)?.status === 'reserved') {
    const undone = await deleteAttachment(ports, host, attachment, 'interrupted', {
      actor: 'agent',
      commandId: ports.ids.derive(requestId, `prepare/${attempt}`),
      correlationId: requestId,
    });
    if (E.isLeft(undone)) return undone;
  }
  const link = hostIfname(ports.sha256, attachment);
  const mac = requestedMac ?? unaddressedMacs(link).pod;
  const refusal = macRefusal(host.state(), mac);
  if (refusal !== undefined) return E.left(refusal);
  const holder = [...prepared].find(([, other]) => other.mac === mac)?.[0];
  if (holder !== undefined) return E.left({ type: 'requested-mac-held', mac, holder });

  const sinceMs = ports.clock.monotonicMs();
  const one = { ...attachment, hostIfname: link, mac, netns, requestId, sinceMs, ofport: undefined };
  // From here on whoever looks at the switch knows whose these are.
  prepared.set(key, one);
  const made = await make(ports, configuration, host, one, prepared, mtu, giveUp);
  if (E.isLeft(made)) {
    await unprepare(ports, configuration, prepared, key);
    return made;
  }
  const ready = { ...one, ofport: made.right.ofport };
  prepared.set(key, ready);
  // Another one that came meanwhile may have written it without this one.
  await shareBroadcasts(ports, configuration, prepared);
  return E.right(ready);
};
