import { ownCookies } from '../../../domain/ovs/cookie.ts';
import type { FlowSeen } from '../../../domain/ovs/flow.ts';
import { anyGroup } from './flow-mod.ts';
import { decodeOutput } from './instructions.ts';
import { decodeMatch, encodeMatch } from './match.ts';
import { anyPort } from './port-number.ts';

/** `ofp_multipart_type` (section 7.3.5). */
const kinds = { flows: 1, aggregate: 2 } as const;
/** `OFPMPF_REPLY_MORE`. */
const more = 1;
const multipartBytes = 8;
const firstTable = 0;
const entryBytes = 48;

const hex = (cookie: bigint): string => cookie.toString(16).padStart(16, '0');

/** `ofp_flow_stats_request` and `ofp_aggregate_stats_request`, which look the same (sections 7.3.5.2 and 7.3.5.3). */
const request = (kind: number, cookie: string, mask: string): Buffer => {
  const bytes = Buffer.alloc(multipartBytes + 32);
  bytes.writeUInt16BE(kind, 0);
  bytes.writeUInt8(firstTable, multipartBytes);
  bytes.writeUInt32BE(anyPort, multipartBytes + 4);
  bytes.writeUInt32BE(anyGroup, multipartBytes + 8);
  bytes.writeBigUInt64BE(BigInt(`0x${cookie}`), multipartBytes + 16);
  bytes.writeBigUInt64BE(BigInt(`0x${mask}`), multipartBytes + 24);
  return Buffer.concat([bytes, encodeMatch({})]);
};

export const flowsRequest = (cookie?: string): Buffer =>
  cookie === undefined
    ? request(kinds.flows, ownCookies.value, ownCookies.mask)
    : request(kinds.flows, cookie, 'f'.repeat(16));

export const countRequest = (): Buffer => request(kinds.aggregate, ownCookies.value, ownCookies.mask);

/** Whether another part follows. */
export const hasMore = (reply: Buffer): boolean => (reply.readUInt16BE(2) & more) !== 0;

/** One `ofp_flow_stats` (section 7.3.5.2). A flow with timeouts or flags is not one of those that we write. */
const readEntry = (entry: Buffer): FlowSeen => {
  const cookie = hex(entry.readBigUInt64BE(24));
  const { match, length } = decodeMatch(entry.subarray(entryBytes));
  const output = decodeOutput(entry.subarray(entryBytes + length));
  const lasting =
    entry.readUInt16BE(14) === 0 && entry.readUInt16BE(16) === 0 && entry.readUInt16BE(18) === 0;
  if (match === undefined || output === undefined || !lasting) return { cookie };
  return { cookie, flow: { cookie, priority: entry.readUInt16BE(12), match, output } };
};

/** The flows in one part of the reply. */
export const readFlows = (reply: Buffer): ReadonlyArray<FlowSeen> => {
  const flows: FlowSeen[] = [];
  for (let at = multipartBytes; at < reply.length; ) {
    const length = Math.max(reply.readUInt16BE(at), entryBytes);
    flows.push(readEntry(reply.subarray(at, at + length)));
    at += length;
  }
  return flows;
};

/** `flow_count` of an `ofp_aggregate_stats_reply`. */
export const readCount = (reply: Buffer): number => reply.readUInt32BE(multipartBytes + 16);
