import { either as E } from 'fp-ts';
import type { Refusal } from '../../domain/cni/refusal.ts';
import type { CheckRequest } from '../../domain/cni/request.ts';
import { attachmentKey } from '../../domain/host/attachment.ts';
import { type Attachment, addressesOf } from '../../domain/host/state.ts';
import { parseMac } from '../../domain/kernel/parse-mac.ts';
import { cookieOf } from '../../domain/ovs/cookie.ts';
import type { FlowSeen } from '../../domain/ovs/flow.ts';
import { flowChanges } from '../../domain/ovs/flow-changes.ts';
import { podFlows } from '../../domain/ovs/pod-flows.ts';
import type { PortSeen } from '../../domain/port/switch.ts';
import type { AgentConfiguration } from './configuration.ts';
import type { AgentPorts, Host } from './ports.ts';
import { wiringOf } from './wiring.ts';

const portDifferences = (
  { bridge, antiSpoofing }: AgentConfiguration,
  name: string,
  port: PortSeen | undefined,
): ReadonlyArray<string> => {
  if (port?.bridge !== bridge.name) return [`the port ${name} is missing on bridge ${bridge.name}`];
  if (port.error !== undefined) return [`the port ${name} has an error: ${port.error}`];
  if (port.ofport === undefined) return [`the switch has not attached the port ${name}`];
  return antiSpoofing && !port.guarded ? [`the port ${name} lets pass what no flow allows`] : [];
};

/** Answers of the switch that hold what they should, and of what: while it tells of no change the same one is given again, and need not be compared again. */
const sound = new WeakMap<
  ReadonlyArray<FlowSeen>,
  { readonly attachment: Attachment; readonly ofport: number }
>();

const flowDifferences = async (
  { flows }: Pick<AgentPorts, 'flows'>,
  { antiSpoofing }: AgentConfiguration,
  attachment: Attachment,
  ofport: number | undefined,
): Promise<E.Either<Refusal, ReadonlyArray<string>>> => {
  const { hostIfname } = attachment;
  if (!antiSpoofing || ofport === undefined) return E.right([]);
  const there = await flows.flows(cookieOf(hostIfname))();
  if (E.isLeft(there)) return there;
  const before = sound.get(there.right);
  if (before?.attachment === attachment && before.ofport === ofport) return E.right([]);
  const changes = flowChanges(podFlows(attachment, ofport), there.right);
  if (changes.length > 0)
    return E.right([`the anti-spoofing flows of the port ${hostIfname} are not as they should be`]);
  sound.set(there.right, { attachment, ofport });
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

/** CHECK: reservation, link, addresses, routes, port and flows are as the ADD left them; else what differs, all of it at once. */
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
  const [inKernel, inFlows] = await Promise.all([
    ports.kernel.inspectPod({ ...wiring, netnsPath: request.netns })(),
    flowDifferences(ports, configuration, attachment, port?.ofport),
  ]);
  if (E.isLeft(inKernel)) return inKernel;
  if (E.isLeft(inFlows)) return inFlows;
  const inSwitch = portDifferences(configuration, attachment.hostIfname, port);
  const differences = [...remembered(request, attachment), ...inKernel.right, ...inSwitch, ...inFlows.right];
  return differences.length === 0 ? E.right(undefined) : E.left({ type: 'differs', differences });
};
