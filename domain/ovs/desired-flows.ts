import { either as E } from 'fp-ts';
import type { Attachment } from '../host/state.ts';
import type { PortSeen } from '../port/switch.ts';
import type { Flow } from './flow.ts';
import { type Identity, podFlows } from './pod-flows.ts';
import { readIdentityMarks } from './read-port.ts';

/** What a port's own marks say of its pod, where the log that knew it was lost. */
const readAttachment = (port: PortSeen): Identity | undefined => {
  const marks = readIdentityMarks(port);
  if (E.isLeft(marks)) return undefined;
  const { mac, addresses } = marks.right;
  return { hostIfname: port.name, mac, addresses: addresses.map((address) => ({ address })) };
};

/**
 * The flows of ours that the bridge should have, from its ports of ours as they are now: those of every attached pod whose port
 * has its number. A guarded port that the log does not know keeps the flows that its own marks ask for: its pod may be alive.
 * Ports of attachments that are not attached are the business of their ADD or DEL.
 */
export const desiredFlows = (
  attachments: Iterable<Identity & Pick<Attachment, 'status'>>,
  ports: ReadonlyArray<PortSeen>,
  antiSpoofing: boolean,
): ReadonlyArray<Flow> => {
  const byName = new Map([...attachments].map((attachment) => [attachment.hostIfname, attachment]));
  return ports.flatMap((port) => {
    if (port.ofport === undefined) return [];
    const attachment = byName.get(port.name);
    if (attachment !== undefined)
      return antiSpoofing && attachment.status === 'attached' ? podFlows(attachment, port.ofport) : [];
    const found = port.guarded ? readAttachment(port) : undefined;
    return found === undefined ? [] : podFlows(found, port.ofport);
  });
};
