import { attachmentKey } from '../../domain/host/attachment.ts';
import { cookieOf, sharedCookie } from '../../domain/ovs/cookie.ts';
import { markedAttachment } from '../../domain/ovs/read-port.ts';
import type { PortSeen } from '../../domain/port/switch.ts';
import type { Host } from './ports.ts';
import type { Turns } from './turns.ts';

/** Whose ADD or DEL may have been under way while something was looked at: nothing of theirs is judged by what was seen. */
export type UnderWay = {
  /** Keys of attachments. */
  readonly keys: ReadonlySet<string>;
  /** Names of host-side links, and so of ports. */
  readonly links: ReadonlySet<string>;
  /** Cookies of flows: their own, and that of the one which they share when they ask through the pod. */
  readonly cookies: ReadonlySet<string>;
};

/**
 * Called before the first of some reads; what it gives is asked behind the last. The reads follow each other, so whoever began or ended
 * in between is half in what was seen. Under way is who had a turn at either time, and whose attachment,
 * or what was prepared for it, came, went or was made anew.
 */
export const watchUnderWay = (
  host: Pick<Host, 'state'>,
  turns: Pick<Turns, 'busy' | 'prepared'>,
): (() => UnderWay) => {
  const before = new Map(
    [...host.state().attachments].map(([key, { commandId, hostIfname }]) => [key, { commandId, hostIfname }]),
  );
  const busy = turns.busy();
  const prepared = new Map(turns.prepared);
  return () => {
    const { attachments } = host.state();
    const keys = new Set([...busy, ...turns.busy()]);
    for (const key of new Set([...before.keys(), ...attachments.keys()]))
      if (before.get(key)?.commandId !== attachments.get(key)?.commandId) keys.add(key);
    for (const key of new Set([...prepared.keys(), ...turns.prepared.keys()]))
      if (prepared.get(key) !== turns.prepared.get(key)) keys.add(key);
    const links = [...keys].flatMap((key) => {
      const known = before.get(key) ?? attachments.get(key) ?? prepared.get(key) ?? turns.prepared.get(key);
      return known?.hostIfname ?? [];
    });
    const cookies = links.flatMap((name) => cookieOf(name) ?? []);
    const shares = [...keys].some((key) => prepared.has(key) || turns.prepared.has(key));
    return { keys, links: new Set(links), cookies: new Set(shares ? [...cookies, sharedCookie] : cookies) };
  };
};

/** Whether a port is of an ADD or DEL under way: by its name, or by its marks where the log does not know it. */
export const isPortUnderWay = ({ keys, links }: UnderWay, port: PortSeen): boolean =>
  links.has(port.name) || keys.has(attachmentKey(markedAttachment(port)));
