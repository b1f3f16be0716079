import { type Family, fromNumber, type IpAddress, toNumber } from '../../../domain/ip/address.ts';
import type { Match, OpenFlowPort } from '../../../domain/ovs/flow.ts';
import { portNumber, readPort } from './port-number.ts';

/** One field of a match: its number and length in bytes (section 7.2.3.7), and its value's bytes. */
export type Field<A> = {
  readonly number: number;
  readonly length: number;
  readonly write: (value: A) => Buffer;
  /** `undefined` for a value that we do not write. */
  readonly read: (bytes: Buffer) => A | undefined;
};

const unsigned = (number: number, length: number): Field<number> => ({
  number,
  length,
  write: (value) => {
    const bytes = Buffer.alloc(length);
    bytes.writeUIntBE(value, 0, length);
    return bytes;
  },
  read: (bytes) => bytes.readUIntBE(0, length),
});

const mac = (number: number): Field<string> => ({
  number,
  length: 6,
  write: (text) => Buffer.from(text.replaceAll(':', ''), 'hex'),
  read: (bytes) => bytes.toString('hex').replace(/(..)(?!$)/g, '$1:'),
});

const address = (number: number, family: Family): Field<string> => {
  const length = family === 4 ? 4 : 16;
  return {
    number,
    length,
    write: (text) =>
      Buffer.from(
        toNumber(text as IpAddress)
          .toString(16)
          .padStart(length * 2, '0'),
        'hex',
      ),
    read: (bytes) => fromNumber(family, BigInt(`0x${bytes.toString('hex')}`)),
  };
};

const inPort: Field<OpenFlowPort> = {
  number: 0,
  length: 4,
  write: (port) => unsigned(0, 4).write(portNumber(port)),
  read: (bytes) => readPort(bytes.readUInt32BE(0)),
};

/** `OFPXMT_OFB_VLAN_VID` of `OFPVID_NONE`. */
const untagged: Field<true> = {
  number: 6,
  length: 2,
  write: () => Buffer.alloc(2),
  read: (bytes) => (bytes.readUInt16BE(0) === 0 ? true : undefined),
};

/** By their numbers. */
export const fields: { readonly [Name in keyof Match]-?: Field<NonNullable<Match[Name]>> } = {
  inPort,
  ethDst: mac(3),
  ethSrc: mac(4),
  ethType: unsigned(5, 2),
  untagged,
  ipProto: unsigned(10, 1),
  ipv4Src: address(11, 4),
  ipv4Dst: address(12, 4),
  udpSrc: unsigned(15, 2),
  udpDst: unsigned(16, 2),
  arpOp: unsigned(21, 2),
  arpSpa: address(22, 4),
  arpTpa: address(23, 4),
  arpSha: mac(24),
  ipv6Src: address(26, 6),
  icmpv6Type: unsigned(29, 1),
  ndTarget: address(31, 6),
  ndSll: mac(32),
  ndTll: mac(33),
};

export const isField = (name: string): name is keyof Match => name in fields;
