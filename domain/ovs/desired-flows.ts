import { either as E } from 'fp-ts';
import type { Attachment } from '../host/state.ts';
import { family } from '../ip/address.ts';
import type { PortSeen } from '../port/switch.ts';
import { cookieOf } from './cookie.ts';
import type { Flow } from './flow.ts';
import { type Identity, mayAskAnew, podFlows } from './pod-flows.ts';
import { readIdentityMarks } from './read-port.ts';

/** What a port's own marks say of its pod, where the log that knew it was lost. */
const readAttachment = (port: PortSeen): Identity | undefined => {
  const marks = readIdentityMarks(port);
  if (E.isLeft(marks)) return undefined;
  const { mac, addresses } = marks.right;
  return { hostIfname: port.name, mac, addresses: addresses.map((address) => ({ address })) };
};

type Attached = Identity & Pick<Attachment, 'status'>;

/** Whose flows the bridge should have, with the number of the port that they name. */
const owners = (
  attachments: Iterable<Attached>,
  ports: ReadonlyArray<PortSeen>,
  antiSpoofing: boolean,
): ReadonlyArray<{ readonly identity: Identity; readonly ofport: number }> => {
  const byName = new Map([...attachments].map((attachment) => [attachment.hostIfname, attachment]));
  return ports.flatMap((port) => {
    const { ofport } = port;
    if (ofport === undefined) return [];
    const attachment = byName.get(port.name);
    if (attachment !== undefined)
      return antiSpoofing && attachment.status === 'attached' ? [{ identity: attachment, ofport }] : [];
    const found = port.guarded ? readAttachment(port) : undefined;
    return found === undefined ? [] : [{ identity: found, ofport }];
  });
};

/**
 * The flows of ours that the bridge should have, from its ports of ours as they are now: those of every attached pod whose port
 * has its number. A guarded port that the log does not know keeps the flows that its own marks ask for: its pod may be alive.
 * Ports of attachments that are not attached are the business of their ADD or DEL.
 */
export const desiredFlows = (
  attachments: Iterable<Attached>,
  ports: ReadonlyArray<PortSeen>,
  antiSpoofing: boolean,
): ReadonlyArray<Flow> =>
  owners(attachments, ports, antiSpoofing).flatMap(({ identity, ofport }) => podFlows(identity, ofport));

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
