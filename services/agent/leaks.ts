import { either as E } from 'fp-ts';
import { toCniError } from '../../domain/cni/refusal.ts';
import { attachmentKey } from '../../domain/host/attachment.ts';
import { delegateOf } from '../../domain/host/choice.ts';
import { leakRefusal } from '../../domain/host/leaked.ts';
import { type Attachment, addressesOf } from '../../domain/host/state.ts';
import { cookieOf } from '../../domain/ovs/cookie.ts';
import { eventId } from '../seal-events.ts';
import { isBlind, seesNetns } from './blindness.ts';
import type { CoolDown } from './cool-down.ts';
import { deleteAttachment } from './delete.ts';
import { attachmentFields, knownFields } from './log-fields.ts';
import type { AgentPorts, Host } from './ports.ts';
import type { Turns } from './turns.ts';

/** Looks once for pods that ended without DEL or GC; releases those that it found the last time as well. */
export type LeakWatch = () => Promise<void>;

/** The names of our links; `undefined` when they cannot be listed. */
const linkNames = async ({ kernel }: AgentPorts): Promise<ReadonlySet<string> | undefined> => {
  const links = await kernel.ownLinks()();
  return E.isLeft(links) ? undefined : new Set(links.right.map(({ name }) => name));
};

/** Links of pods that another program wired bear no mark of ours, so nothing can be concluded from their absence. */
const isGone = async (
  { kernel }: AgentPorts,
  links: ReadonlySet<string>,
  attachment: Attachment,
): Promise<boolean> => {
  const { status, hostIfname } = attachment;
  if (status !== 'attached' || links.has(hostIfname) || cookieOf(hostIfname) === undefined) return false;
  return !(await seesNetns(kernel, attachment));
};

/**
 * An attachment is released unasked only when its namespace (device and number, not the path alone) and its host-side link were gone
 * at two looks, as far apart as the caller calls, and a third in its turn agrees; and never by an agent that sees no known
 * namespace at all. What was seen once is kept in memory only, so a new life begins anew.
 */
export const makeLeakWatch = (ports: AgentPorts, host: Host, turns: Turns, coolDown: CoolDown): LeakWatch => {
  const { ids, log } = ports;
  /** The ADD of each attachment that was gone at the last look: an attachment that was made anew is another. */
  let suspects: ReadonlyMap<string, string> = new Map();
  let saidWhyNot = false;

  const release = (key: string, commandId: string): Promise<void> =>
    turns.take(key, async () => {
      const attachment = host.state().attachments.get(key);
      if (attachment === undefined || attachment.commandId !== commandId) return;
      const links = await linkNames(ports);
      if (links === undefined || !(await isGone(ports, links, attachment)) || (await isBlind(ports, host)))
        return;
      const leaked = ids.derive(commandId, 'leaked');
      const released = await deleteAttachment(ports, host, attachment, 'leaked', {
        actor: 'agent',
        commandId: leaked,
        correlationId: attachment.requestId,
      });
      const known = knownFields(ids, attachment);
      if (E.isLeft(released))
        return log.error('a leaked attachment could not be released', { ...known, failure: released.left });
      const addresses = addressesOf(attachment);
      coolDown.released(addresses);
      ports.metrics?.record('repairs', 1, { what: 'leak-released' });
      const fields = { ...known, event: eventId(ids, leaked, 0), addresses };
      const plugin = delegateOf(attachment);
      const words = 'a pod ended without DEL: its addresses were released';
      if (plugin === undefined) return log.warn(words, fields);
      log.warn(`${words}; the plugin that gave them keeps its record until DEL or GC`, { ...fields, plugin });
    });

  /** Nothing is taken away of what could not be written; what keeps it from being written is said once. */
  const mayRelease = (leaked: ReadonlyArray<Attachment>): boolean => {
    const refusal = leakRefusal(host.state());
    if (refusal !== undefined && !saidWhyNot) {
      log.warn(
        'pods ended without DEL and keep their addresses: not every program could read why they went',
        {
          pods: leaked.map(attachmentFields),
          failure: refusal,
          remedy: toCniError(refusal).details,
        },
      );
    }
    saidWhyNot = refusal !== undefined;
    return !saidWhyNot;
  };

  return async () => {
    const before = suspects;
    suspects = new Map();
    const links = await linkNames(ports);
    if (links === undefined || (await isBlind(ports, host))) return;
    const gone = new Map<string, string>();
    for (const attachment of [...host.state().attachments.values()])
      if (await isGone(ports, links, attachment)) gone.set(attachmentKey(attachment), attachment.commandId);
    suspects = gone;
    const twice = [...gone].filter(([key, commandId]) => before.get(key) === commandId);
    const { attachments } = host.state();
    if (twice.length === 0 || !mayRelease(twice.flatMap(([key]) => attachments.get(key) ?? []))) return;
    await Promise.all(twice.map(([key, commandId]) => release(key, commandId)));
  };
};
