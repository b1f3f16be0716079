import { either as E } from 'fp-ts';
import type { Refusal } from '../../domain/cni/refusal.ts';
import type { CheckRequest } from '../../domain/cni/request.ts';
import { attachmentKey } from '../../domain/host/attachment.ts';
import { type Attachment, addressesOf } from '../../domain/host/state.ts';
import { parseMac } from '../../domain/kernel/parse-mac.ts';
import { missingAmong } from '../../domain/kernel/pod-routes.ts';
import { cookieOf } from '../../domain/ovs/cookie.ts';
import type { FlowSeen, OpenFlowPort } from '../../domain/ovs/flow.ts';
import { flowChanges } from '../../domain/ovs/flow-changes.ts';
import { podFlows } from '../../domain/ovs/pod-flows.ts';
import { hasItsVlans, vlansText } from '../../domain/ovs/port.ts';
import { vlanGateways, vlanInterface } from '../../domain/ovs/vlan-gateway.ts';
import type { PortSeen } from '../../domain/port/switch.ts';
import type { AgentConfiguration } from './configuration.ts';
import type { AgentPorts, Host } from './ports.ts';
import { wiringOf } from './wiring.ts';

const portDifferences = (
  { bridge, antiSpoofing }: AgentConfiguration,
  attachment: Attachment,
  port: PortSeen | undefined,
): ReadonlyArray<string> => {
  const { hostIfname: name } = attachment;
  if (port?.bridge !== bridge.name) return [`the port ${name} is missing on bridge ${bridge.name}`];
  if (port.error !== undefined) return [`the port ${name} has an error: ${port.error}`];
  if (port.ofport === undefined) return [`the switch has not attached the port ${name}`];
  if (antiSpoofing) return port.guarded ? [] : [`the port ${name} lets pass what no flow allows`];
  if (hasItsVlans(port, attachment)) return [];
  const { tag: vlan, trunk } = port;
  return [`the port ${name} is in ${vlansText({ vlan, trunk })} instead of ${vlansText(attachment)}`];
};

/** The gateway of a pod's VLAN, as the switch has it; the bridge's own interface for any other. */
const gatewayOf = (
  { bridge }: AgentConfiguration,
  { vlan }: Attachment,
  seen: ReadonlyArray<PortSeen>,
): OpenFlowPort | undefined =>
  vlan === undefined ? 'local' : vlanGateways(seen.filter((port) => port.bridge === bridge.name)).get(vlan);

/** What of a pod's VLAN is missing on the host; its gateway's number as the switch says it. */
const ownVlanDifferences = async (
  { kernel }: Pick<AgentPorts, 'kernel'>,
  { bridge }: AgentConfiguration,
  attachment: Attachment,
  gateway: OpenFlowPort | undefined,
): Promise<E.Either<Refusal, ReadonlyArray<string>>> => {
  const { vlan } = attachment;
  if (vlan === undefined) return E.right([]);
  const name = vlanInterface(bridge.name, vlan);
  if (gateway === undefined) return E.right([`the gateway ${name} of VLAN ${vlan} is missing`]);
  const routes = await kernel.podRoutes()();
  if (E.isLeft(routes)) return routes;
  return E.right(
    missingAmong(
      bridge.name,
      routes.right,
    )(attachment).map(({ address, device }) => `the route to ${address} through ${device} is missing`),
  );
};

/** Answers of the switch that hold what they should, and of what: while it tells of no change the same one is given again, and need not be compared again. */
const sound = new WeakMap<
  ReadonlyArray<FlowSeen>,
  { readonly attachment: Attachment; readonly ofport: number; readonly gateway: OpenFlowPort }
>();

const flowDifferences = async (
  { flows }: Pick<AgentPorts, 'flows'>,
  { antiSpoofing }: AgentConfiguration,
  attachment: Attachment,
  ofport: number | undefined,
  gateway: OpenFlowPort | undefined,
): Promise<E.Either<Refusal, ReadonlyArray<string>>> => {
  const { hostIfname } = attachment;
  if (!antiSpoofing || ofport === undefined || gateway === undefined) return E.right([]);
  const there = await flows.flows(cookieOf(hostIfname))();
  if (E.isLeft(there)) return there;
  const before = sound.get(there.right);
  if (before?.attachment === attachment && before.ofport === ofport && before.gateway === gateway)
    return E.right([]);
  const changes = flowChanges(podFlows(attachment, ofport, gateway), there.right);
  if (changes.length > 0)
    return E.right([`the anti-spoofing flows of the port ${hostIfname} are not as they should be`]);
  sound.set(there.right, { attachment, ofport, gateway });
  return E.right([]);
};

const canonical = (mac: string): string => parseMac(mac) ?? mac;

/** What the runtime was answered and keeps, against what the log says. */
const remembered = (
  { expectedAddresses, expectedMac }: CheckRequest,
  attachment: Attachment,
): ReadonlyArray<string> => {
  const held = addressesOf(attachment);
  const unheld = expectedAddresses
    .map((address) => address.replace(/\/.*$/, ''))
    .filter((address) => !held.some((own) => own === address))
    .map((address) => `prevResult has ${address}, the log gives ${held.join(' and ')} to this attachment`);
  const isOwnMac = expectedMac === undefined || canonical(expectedMac) === canonical(attachment.mac);
  return isOwnMac
    ? unheld
    : [
        ...unheld,
        `prevResult has the MAC ${expectedMac}, the log gives ${attachment.mac} to this attachment`,
      ];
};

/** CHECK: reservation, link, addresses, routes, port, flows and the VLAN's gateway are as the ADD left them; else what differs, all of it at once. */
export const check = async (
  ports: AgentPorts,
  configuration: AgentConfiguration,
  host: Host,
  request: CheckRequest,
): Promise<E.Either<Refusal, undefined>> => {
  const { network, containerId, ifname } = request;
  const attachmentId = { network, containerId, ifname };
  const attachment = host.state().attachments.get(attachmentKey(attachmentId));
  if (attachment === undefined) return E.left({ type: 'unknown-attachment', attachment: attachmentId });
  if (attachment.status === 'reserved')
    return E.left({ type: 'attachment-reserved', attachment: attachmentId });
  const wiring = wiringOf(configuration, attachment, [...host.state().pools.keys()]);
  // What the switch has is known here; its flows and the kernel are asked at the same time.
  const seen = await ports.switch.ports()();
  if (E.isLeft(seen)) return seen;
  const port = seen.right.find(({ name }) => name === attachment.hostIfname);
  const gateway = gatewayOf(configuration, attachment, seen.right);
  const [inKernel, inFlows, inVlan] = await Promise.all([
    ports.kernel.inspectPod({ ...wiring, netnsPath: request.netns })(),
    flowDifferences(ports, configuration, attachment, port?.ofport, gateway),
    ownVlanDifferences(ports, configuration, attachment, gateway),
  ]);
  if (E.isLeft(inKernel)) return inKernel;
  if (E.isLeft(inFlows)) return inFlows;
  if (E.isLeft(inVlan)) return inVlan;
  const differences = [
    ...remembered(request, attachment),
    ...inKernel.right,
    ...portDifferences(configuration, attachment, port),
    ...inFlows.right,
    ...inVlan.right,
  ];
  return differences.length === 0 ? E.right(undefined) : E.left({ type: 'differs', differences });
};
