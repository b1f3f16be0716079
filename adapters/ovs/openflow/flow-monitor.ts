import { isOwnCookie } from '../../../domain/ovs/cookie.ts';
import { isOwnPriority } from '../../../domain/ovs/pod-flows.ts';
import { decodeMatch, encodeMatch, type Matched } from './match.ts';
import { type Message, types } from './message.ts';
import { anyPort } from './port-number.ts';

/*
 * ONF extension 187 (EXT-187, "Flow entry notifications"), which Open vSwitch speaks on OpenFlow 1.3: its `ovs-ofctl monitor watch:`
 * sends and shows the same. From OpenFlow 1.4 on this is OFPMP_FLOW_MONITOR, with other layouts.
 */

/** `OFPMP_EXPERIMENTER` (section 7.3.5.18). */
const experimenterMultipart = 0xffff;
const onf = 0x4f4e4600;
const kinds = { flowMonitor: 1870, paused: 1871, resumed: 1872 } as const;
const multipartBytes = 8;
const experimenterBytes = 8;

/** `ONFFMF_ADD`, `ONFFMF_DELETE` and `ONFFMF_MODIFY`; without `ONFFMF_OWN` our own changes are told of in short. */
const foreignChanges = 0b1110;
const onlyMonitor = 1;
const firstTable = 0;
const requestBytes = 16;

/** An update's event is 0 for added, 1 for deleted, 2 for modified, or this; its head, before the match; the least that one may take. */
const ownInShort = 3;
const headBytes = 24;
const leastBytes = 8;

/** One flow that another program, or a timeout, changed. */
export type FlowUpdate = {
  /** 16 hexadecimal digits. */
  readonly cookie: string;
  readonly priority: number;
  /** Reads the match, which costs far more than the rest. */
  readonly matched: () => Matched;
};

/** `telling`: of every change from here on. `paused`: of none, until then. `unread`: something changed, and what is not understood. */
export type Told = 'paused' | 'telling' | 'unread' | ReadonlyArray<FlowUpdate>;

const isKind = (bytes: Buffer, kind: number): boolean =>
  bytes.length >= experimenterBytes && bytes.readUInt32BE(0) === onf && bytes.readUInt32BE(4) === kind;

/** Asks to be told of flows that others add, change or remove in the table that we write to; those that are there are not listed. */
export const monitorRequest = (): Buffer => {
  const bytes = Buffer.alloc(multipartBytes + experimenterBytes + requestBytes);
  bytes.writeUInt16BE(experimenterMultipart, 0);
  bytes.writeUInt32BE(onf, multipartBytes);
  bytes.writeUInt32BE(kinds.flowMonitor, multipartBytes + 4);
  const match = encodeMatch({});
  const at = multipartBytes + experimenterBytes;
  bytes.writeUInt32BE(onlyMonitor, at);
  bytes.writeUInt16BE(foreignChanges, at + 4);
  bytes.writeUInt16BE(match.readUInt16BE(2), at + 6);
  bytes.writeUInt32BE(anyPort, at + 8);
  bytes.writeUInt8(firstTable, at + 12);
  return Buffer.concat([bytes, match]);
};

const readUpdates = (bytes: Buffer): Told => {
  const updates: FlowUpdate[] = [];
  for (let at = 0; at < bytes.length; ) {
    if (bytes.length - at < leastBytes) return 'unread';
    const [length, event] = [bytes.readUInt16BE(at), bytes.readUInt16BE(at + 2)];
    if (length < leastBytes || length > bytes.length - at) return 'unread';
    if (event !== ownInShort) {
      if (event > ownInShort || length < headBytes) return 'unread';
      const update = bytes.subarray(at, at + length);
      updates.push({
        cookie: update.toString('hex', 16, headBytes),
        priority: update.readUInt16BE(6),
        matched: () => decodeMatch(update.subarray(headBytes)),
      });
    }
    at += length;
  }
  return updates;
};

/** What the switch says of its flows unasked; nothing where it speaks of something else. */
export const readTold = ({ type, body }: Pick<Message, 'type' | 'body'>): Told => {
  if (type === types.experimenter) {
    if (isKind(body, kinds.paused)) return 'paused';
    return isKind(body, kinds.resumed) ? 'telling' : [];
  }
  const isUpdate = type === types.multipartReply && isKind(body.subarray(multipartBytes), kinds.flowMonitor);
  return isUpdate ? readUpdates(body.subarray(multipartBytes + experimenterBytes)) : [];
};

/**
 * Whether a flow of somebody else's among these may have the place of one of ours: a table has one of a priority and match, and is
 * silent about the flow whose place another one takes. It has one of our priorities, and a match such as we write: with the port that it comes from.
 */
export const mayTakePlace = (told: Told): boolean =>
  typeof told === 'object' &&
  told.some(
    ({ cookie, priority, matched }) =>
      !isOwnCookie(cookie) && isOwnPriority(priority) && matched().match?.inPort !== undefined,
  );
