import { either as E } from 'fp-ts';
import type { Attachment } from '../host/state.ts';
import { family } from '../ip/address.ts';
import type { PortSeen } from '../port/switch.ts';
import { cookieOf } from './cookie.ts';
import type { Flow, OpenFlowPort } from './flow.ts';
import { type Identity, mayAskAnew, podFlows } from './pod-flows.ts';
import { readIdentityMarks } from './read-port.ts';
import { vlanGateways } from './vlan-gateway.ts';

/** What a port's own marks say of its pod, where the log that knew it was lost. */
const readAttachment = (port: PortSeen): Wired | undefined => {
  const marks = readIdentityMarks(port);
  if (E.isLeft(marks)) return undefined;
  const { addresses, ...marked } = marks.right;
  return { hostIfname: port.name, ...marked, addresses: addresses.map((address) => ({ address })) };
};

type Wired = Identity & Pick<Attachment, 'vlan'>;
type Attached = Wired & Pick<Attachment, 'status'>;

/** Whose flows the bridge should have, with the numbers of the ports that they name. A pod whose VLAN has no gateway now has none. */
const owners = (
  attachments: Iterable<Attached>,
  ports: ReadonlyArray<PortSeen>,
  antiSpoofing: boolean,
): ReadonlyArray<{
  readonly identity: Identity;
  readonly ofport: number;
  readonly gateway: OpenFlowPort;
}> => {
  const gateways = vlanGateways(ports);
  const byName = new Map([...attachments].map((attachment) => [attachment.hostIfname, attachment]));
  return ports.flatMap((port) => {
    const { ofport } = port;
    if (ofport === undefined) return [];
    const attachment = byName.get(port.name);
    const known = antiSpoofing && attachment?.status === 'attached' ? attachment : undefined;
    const unknown = attachment === undefined && port.guarded ? readAttachment(port) : undefined;
    const identity = known ?? unknown;
    if (identity === undefined) return [];
    const gateway = identity.vlan === undefined ? 'local' : gateways.get(identity.vlan);
    return gateway === undefined ? [] : [{ identity, ofport, gateway }];
  });
};

/**
 * The flows of ours that the bridge should have, from its ports of ours as they are now: those of every attached pod whose port
 * has its number. A guarded port that the log does not know keeps the flows that its own marks ask for: its pod may be alive.
 * Ports of attachments that are not attached are the business of their ADD or DEL. VLANs' gateways are among the ports.
 */
export const desiredFlows = (
  attachments: Iterable<Attached>,
  ports: ReadonlyArray<PortSeen>,
  antiSpoofing: boolean,
): ReadonlyArray<Flow> =>
  owners(attachments, ports, antiSpoofing).flatMap(({ identity, ofport, gateway }) =>
    podFlows(identity, ofport, gateway),
  );

/** How many these are, without making them: pods with addresses of the same families, found in the same way, have as many. */
export const countDesiredFlows = (
  attachments: Iterable<Attached>,
  ports: ReadonlyArray<PortSeen>,
  antiSpoofing: boolean,
): number => {
  const counts = new Map<string, number>();
  let count = 0;
  for (const { identity, ofport } of owners(attachments, ports, antiSpoofing)) {
    const shape = `${cookieOf(identity.hostIfname) !== undefined} ${mayAskAnew(identity)} ${identity.addresses.map(({ address }) => family(address)).join()}`;
    const known = counts.get(shape) ?? podFlows(identity, ofport).length;
    counts.set(shape, known);
    count += known;
  }
  return count;
};
