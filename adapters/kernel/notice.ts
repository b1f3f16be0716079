import type { KernelChange } from '../../domain/port/kernel.ts';
import { RTM_DELADDR } from './address.ts';
import { IFF_UP, IFINFO, IFLA_IFALIAS, IFLA_IFNAME, RTM_DELLINK, RTM_NEWLINK } from './link.ts';
import { isNetconfOf, RTM_NEWNETCONF } from './netconf.ts';
import { attributeIn, textIn } from './netlink-message.ts';
import { hasOwnerMark } from './own-link.ts';
import { RTA_OIF, RTM_DELROUTE } from './route.ts';

const HEADER = 16;
const IFADDR = 8;
const RTMSG = 12;
const NFGEN = 4;
/** linux/netfilter/nfnetlink.h: the subsystem is the upper byte of the type. */
const NFTABLES = 10;
/** In whatever is removed from a table its name is the first attribute (NFTA_TABLE_NAME, NFTA_CHAIN_TABLE, NFTA_RULE_TABLE …). */
const NFTA_TABLE = 1;
/** NFT_MSG_DELTABLE, DELCHAIN, DELRULE, DELSET, DELSETELEM (linux/netfilter/nf_tables.h). */
const REMOVALS: ReadonlySet<number> = new Set([2, 5, 8, 11, 14]);

/** What was heard and not yet told. */
export type Heard = {
  gateway: boolean;
  settings: boolean;
  rules: boolean;
  lost: boolean;
  down: Set<string>;
  gone: Set<string>;
};

export const nothingHeard = (): Heard => ({
  gateway: false,
  settings: false,
  rules: false,
  lost: false,
  down: new Set(),
  gone: new Set(),
});

export const asChange = ({ down, gone, ...heard }: Heard): KernelChange | undefined =>
  heard.gateway || heard.settings || heard.rules || heard.lost || down.size > 0 || gone.size > 0
    ? { ...heard, down: [...down], gone: [...gone] }
    : undefined;

/**
 * Which interface and table are listened for, and the interface's VLANs by their names; the index of each changes when it is made
 * anew, and is 0 while it is not there.
 */
export type Watched = {
  readonly interface: string;
  readonly table: string;
  index: number;
  readonly vlans: Map<string, number>;
};

/** Whether an interface has the name of another one's VLAN (`evio0.100`). */
export const isVlanOf = (name: string, other: string): boolean =>
  other.startsWith(name) && /^\.\d+$/.test(other.slice(name.length));

const isWatched = ({ index, vlans }: Watched, other: number | undefined): boolean => {
  if (other === undefined) return false;
  if (other === index) return true;
  for (const vlan of vlans.values()) if (vlan === other) return true;
  return false;
};

const text = (bytes: Buffer | undefined): string => (bytes === undefined ? '' : textIn(bytes));

const noticeLink = (watched: Watched, heard: Heard, type: number, body: Buffer): void => {
  const index = body.readInt32LE(4);
  const isUp = type === RTM_NEWLINK && (body.readUInt32LE(8) & IFF_UP) !== 0;
  const name = text(attributeIn(body, IFINFO, IFLA_IFNAME));
  if (name === watched.interface) {
    const now = type === RTM_DELLINK ? 0 : index;
    // Made anew it has the settings that every interface begins with.
    heard.settings ||= now !== 0 && now !== watched.index;
    watched.index = now;
    heard.gateway ||= !isUp;
    return;
  }
  if (isVlanOf(watched.interface, name)) {
    const before = watched.vlans.get(name);
    heard.settings ||= type === RTM_NEWLINK && before !== undefined && before !== index;
    // Its VLAN's last pod may have gone: then nobody misses it.
    if (type === RTM_DELLINK) watched.vlans.delete(name);
    else watched.vlans.set(name, index);
    heard.gateway ||= !isUp;
    return;
  }
  // Nothing else is asked of a link that is up: most messages are of these.
  if (isUp) {
    heard.down.delete(name);
    heard.gone.delete(name);
    return;
  }
  if (!hasOwnerMark(text(attributeIn(body, IFINFO, IFLA_IFALIAS)))) return;
  if (type === RTM_NEWLINK) heard.down.add(name);
  else {
    heard.down.delete(name);
    heard.gone.add(name);
  }
};

/** Adds what matters of one datagram: the interface down, gone or new, what it held removed, settings; a link of ours down or gone. */
export const noticeRoutes = (watched: Watched, heard: Heard, datagram: Buffer): void => {
  for (const { type, body } of bodies(datagram)) {
    if (type === RTM_NEWLINK || type === RTM_DELLINK) noticeLink(watched, heard, type, body);
    else if (type === RTM_DELADDR) heard.gateway ||= isWatched(watched, body.readUInt32LE(4));
    else if (type === RTM_DELROUTE)
      heard.gateway ||= isWatched(watched, attributeIn(body, RTMSG, RTA_OIF)?.readUInt32LE(0));
    else if (type === RTM_NEWNETCONF)
      heard.settings ||= isNetconfOf((index) => isWatched(watched, index), body);
  }
};

/** The same of nftables: anything removed from the table, or the table itself. */
export const noticeRules = ({ table }: Watched, heard: Heard, datagram: Buffer): void => {
  for (const { type, body } of bodies(datagram))
    if (type >> 8 === NFTABLES && REMOVALS.has(type & 0xff))
      heard.rules ||= text(attributeIn(body, NFGEN, NFTA_TABLE)) === table;
};

/** Each message of a datagram, in place: what is heard is read at once. */
function* bodies(datagram: Buffer): Generator<{ readonly type: number; readonly body: Buffer }> {
  for (let at = 0; at + HEADER <= datagram.length; ) {
    const length = datagram.readUInt32LE(at);
    if (length < HEADER || at + length > datagram.length) return;
    const type = datagram.readUInt16LE(at + 4);
    const body = datagram.subarray(at + HEADER, at + length);
    if (body.length >= IFADDR || type >> 8 === NFTABLES) yield { type, body };
    at += (length + 3) & ~3;
  }
}
