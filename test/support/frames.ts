/** Ethernet frames as bytes, for what no well-behaved kernel would send. MACs and addresses as text; a frame is one `Buffer`. */
const mac = (text: string): Buffer => Buffer.from(text.replaceAll(':', ''), 'hex');
const ip4 = (text: string): Buffer => Buffer.from(text.split('.').map(Number));

/** Any spelling without a dotted tail. */
const ip6 = (text: string): Buffer => {
  const [head = '', tail] = text.split('::');
  const groups = (part: string): ReadonlyArray<number> =>
    part === '' ? [] : part.split(':').map((group) => Number.parseInt(group, 16));
  const [first, last] = [groups(head), groups(tail ?? '')];
  const bytes = Buffer.alloc(16);
  for (const [index, group] of first.entries()) bytes.writeUInt16BE(group, index * 2);
  for (const [index, group] of last.entries()) bytes.writeUInt16BE(group, 16 - (last.length - index) * 2);
  return bytes;
};

const uint16 = (number: number): Buffer => Buffer.from([number >> 8, number & 255]);

/** RFC 1071. */
const checksum = (bytes: Buffer): Buffer => {
  let sum = 0;
  for (let at = 0; at < bytes.length; at += 2) sum += (bytes[at] ?? 0) * 256 + (bytes[at + 1] ?? 0);
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >> 16);
  return uint16(~sum & 0xffff);
};

export const broadcast = 'ff:ff:ff:ff:ff:ff';
export type Ends = { readonly from: string; readonly to: string };

export const ethernet = ({ from, to }: Ends, type: number, payload: Buffer): Buffer =>
  Buffer.concat([mac(to), mac(from), uint16(type), payload], Math.max(60, 14 + payload.length));

/** The same frame with an IEEE 802.1Q tag. */
export const tagged = (frame: Buffer, vlan: number): Buffer =>
  Buffer.concat([frame.subarray(0, 12), uint16(0x8100), uint16(vlan), frame.subarray(12)]);

/** RFC 826. */
export const arp = (
  ends: Ends,
  operation: 'request' | 'reply',
  { sha, spa, tpa }: { readonly sha: string; readonly spa: string; readonly tpa: string },
): Buffer =>
  ethernet(
    ends,
    0x0806,
    Buffer.concat([
      Buffer.from([0, 1, 8, 0, 6, 4, 0, operation === 'request' ? 1 : 2]),
      mac(sha),
      ip4(spa),
      mac('00:00:00:00:00:00'),
      ip4(tpa),
    ]),
  );

type Udp = {
  readonly source: string;
  readonly target: string;
  readonly port?: number;
  /** From the port of a DHCP server where none is said. */
  readonly fromPort?: number;
  readonly text?: string;
};

const datagram = (fromPort: number, port: number, text: string, check: Buffer): Buffer =>
  Buffer.concat([uint16(fromPort), uint16(port), uint16(8 + text.length), check, Buffer.from(text)]);

/** A datagram to a port that nobody listens on. */
export const udp4 = (
  ends: Ends,
  { source, target, port = 9, fromPort = 67, text = 'spoofed?' }: Udp,
): Buffer => {
  const payload = datagram(fromPort, port, text, uint16(0));
  const header = (check: Buffer): Buffer =>
    Buffer.concat([
      Buffer.from([0x45, 0]),
      uint16(20 + payload.length),
      Buffer.from([0, 0, 0, 0, 64, 17]),
      check,
      ip4(source),
      ip4(target),
    ]);
  return ethernet(ends, 0x0800, Buffer.concat([header(checksum(header(uint16(0)))), payload]));
};

const packet6 = (
  ends: Ends,
  { source, target }: Pick<Udp, 'source' | 'target'>,
  next: number,
  make: (check: Buffer) => Buffer,
): Buffer => {
  const length = make(uint16(0)).length;
  const addresses = Buffer.concat([ip6(source), ip6(target)]);
  const pseudo = Buffer.concat([addresses, uint16(0), uint16(length), Buffer.from([0, 0, 0, next])]);
  const payload = make(checksum(Buffer.concat([pseudo, make(uint16(0))])));
  const header = Buffer.concat([Buffer.from([0x60, 0, 0, 0]), uint16(length), Buffer.from([next, 255])]);
  return ethernet(ends, 0x86dd, Buffer.concat([header, addresses, payload]));
};

export const udp6 = (
  ends: Ends,
  { source, target, port = 9, fromPort = 67, text = 'spoofed?' }: Udp,
): Buffer => packet6(ends, { source, target }, 17, (check) => datagram(fromPort, port, text, check));

/** RFC 4861, section 4: solicitation (135) and advertisement (136) of `about`, router advertisement (134), redirect (137). */
export const neighbour = (
  ends: Ends,
  {
    type,
    source,
    target,
    about,
    linkLayer,
  }: {
    readonly type: 133 | 134 | 135 | 136 | 137;
    readonly source: string;
    readonly target: string;
    readonly about: string;
    readonly linkLayer: string | undefined;
  },
): Buffer => {
  const option = Buffer.concat([
    Buffer.from([type === 136 ? 2 : 1, 1]),
    mac(linkLayer ?? '00:00:00:00:00:00'),
  ]);
  return packet6(ends, { source, target }, 58, (check) =>
    Buffer.concat([
      Buffer.from([type, 0]),
      check,
      Buffer.from([type === 136 ? 0x60 : 0, 0, 0, 0]),
      ip6(about),
      ...(type === 137 ? [ip6(about)] : []),
      ...(linkLayer === undefined ? [] : [option]),
    ]),
  );
};

/** RFC 4861, 4.2, to all nodes: the sender is a default router for half an hour. */
export const routerAdvertisement = (from: string, source: string): Buffer =>
  packet6({ from, to: '33:33:00:00:00:01' }, { source, target: 'ff02::1' }, 58, (check) =>
    Buffer.concat([Buffer.from([134, 0]), check, Buffer.from([64, 0]), uint16(1800), Buffer.alloc(8)]),
  );
