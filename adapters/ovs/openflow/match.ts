import type { Match } from '../../../domain/ovs/flow.ts';
import { type Field, fields, isField } from './fields.ts';

/** `OFPMT_OXM` (section 7.2.3.1). */
const oxm = 1;
/** `OFPXMC_OPENFLOW_BASIC` (section 7.2.3.3). */
const basic = 0x8000;

const padded = (bytes: number): number => Math.ceil(bytes / 8) * 8;

const encodeField = <A>({ number, length, write }: Field<A>, value: A): Buffer => {
  const bytes = Buffer.alloc(4 + length);
  bytes.writeUInt16BE(basic, 0);
  // The lowest bit says that a mask follows; we match whole values.
  bytes.writeUInt8(number << 1, 2);
  bytes.writeUInt8(length, 3);
  write(value).copy(bytes, 4);
  return bytes;
};

/** `ofp_match` (section 7.2.3.1), padded. Fields go by their numbers, so each comes behind its prerequisites (section 7.2.3.6). */
export const encodeMatch = (match: Match): Buffer => {
  const encoded = Object.keys(fields)
    .filter(isField)
    .flatMap((name) => {
      const value = match[name];
      return value === undefined ? [] : [encodeField(fields[name] as Field<typeof value>, value)];
    });
  const length = encoded.reduce((sum, { length: bytes }) => sum + bytes, 4);
  const header = Buffer.alloc(4);
  header.writeUInt16BE(oxm, 0);
  header.writeUInt16BE(length, 2);
  return Buffer.concat([header, ...encoded], padded(length));
};

const byNumber = new Map(Object.entries(fields).map(([name, field]) => [field.number, { name, field }]));

/** The same text for the same match, in whichever order its fields came. */
export const matchText = (match: Match): string => JSON.stringify(match, Object.keys(fields));

/** The match and the bytes that it takes; without `match` when it has a field, or a mask, that we do not write. */
export type Matched = { readonly match?: Match; readonly length: number };

export const decodeMatch = (bytes: Buffer): Matched => {
  const end = bytes.readUInt16BE(2);
  const length = padded(end);
  const match: Record<string, unknown> = {};
  for (let at = 4; at < end; ) {
    const [space, number, size] = [
      bytes.readUInt16BE(at),
      bytes.readUInt8(at + 2) >> 1,
      bytes.readUInt8(at + 3),
    ];
    const known = byNumber.get(number);
    const masked = (bytes.readUInt8(at + 2) & 1) === 1;
    if (space !== basic || known === undefined || masked || known.field.length !== size) return { length };
    const value = known.field.read(bytes.subarray(at + 4, at + 4 + size));
    if (value === undefined) return { length };
    match[known.name] = value;
    at += 4 + size;
  }
  return { match: match as Match, length };
};
