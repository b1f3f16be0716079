import * as E from 'fp-ts/lib/Either.js';
import { AF_INET, AF_INET6, type IpBytes } from './ip-bytes.ts';
import { attribute, decodeAttributes } from './netlink-message.ts';
import {
  type KernelRefused,
  NLM_F_CREATE,
  NLM_F_DUMP,
  NLM_F_EXCL,
  NLM_F_REPLACE,
  type Request,
  type Rtnetlink,
} from './rtnetlink.ts';

const RTM_NEWADDR = 20;
export const RTM_DELADDR = 21;
const RTM_GETADDR = 22;
const IFA_ADDRESS = 1;
const IFA_LOCAL = 2;
/** Who gave the address (Linux 5.18; older kernels keep none, and then none is taken for ours). */
const IFA_PROTO = 11;
/** Ours: any number above the kernel's own 3, unlike those that others are known to use. */
const OURS = 101;
/** No duplicate address detection: the address is usable at once, and the log says that nobody else holds it. */
const IFA_F_NODAD = 2;

/** An address with its prefix length on an interface. */
export type InterfaceAddress = {
  readonly ip: IpBytes;
  readonly prefixLength: number;
  /** rtnetlink's scope: 0 is global, 253 the link, 254 the machine. */
  readonly scope: number;
  /** Whether this adapter gave it. */
  readonly ours: boolean;
};

const GLOBAL = 0;

/** An address as this adapter gives it. */
export const globalAddress = (ip: IpBytes, prefixLength: number): InterfaceAddress => ({
  ip,
  prefixLength,
  scope: GLOBAL,
  ours: true,
});

/** Same address and prefix length; the scope may differ. */
export const sameAddress = (a: InterfaceAddress, b: InterfaceAddress): boolean =>
  a.prefixLength === b.prefixLength && a.ip.bytes.equals(b.ip.bytes);

/** `struct ifaddrmsg` and the address itself. */
const body = (index: number, { ip, prefixLength, scope }: InterfaceAddress, flags: number): Buffer => {
  const header = Buffer.from([ip.family, prefixLength, flags, scope, 0, 0, 0, 0]);
  header.writeUInt32LE(index, 4);
  return Buffer.concat([
    header,
    attribute(IFA_LOCAL, ip.bytes),
    attribute(IFA_ADDRESS, ip.bytes),
    attribute(IFA_PROTO, Buffer.from([OURS])),
  ]);
};

/** Gives the interface the address; one that is there already stays. */
export const giveAddress = (index: number, name: string, address: InterfaceAddress): Request => ({
  operation: `give ${name} its address`,
  type: RTM_NEWADDR,
  flags: NLM_F_CREATE | NLM_F_REPLACE,
  body: body(index, address, address.ip.family === AF_INET6 ? IFA_F_NODAD : 0),
});

/** The same, refused with EEXIST where it is there already: so the answer says whether it was missing. */
export const addAddress = (index: number, name: string, address: InterfaceAddress): Request => ({
  ...giveAddress(index, name, address),
  flags: NLM_F_CREATE | NLM_F_EXCL,
});

/** Takes the address away; EADDRNOTAVAIL when the interface does not hold it. */
export const takeAddress = (index: number, name: string, address: InterfaceAddress): Request => ({
  operation: `take an address from ${name}`,
  type: RTM_DELADDR,
  flags: 0,
  body: body(index, address, 0),
});

/** The addresses on one interface of the socket's namespace, both families. */
export const addressesOn = (
  rtnetlink: Rtnetlink,
  index: number,
  name: string,
): E.Either<KernelRefused, ReadonlyArray<InterfaceAddress>> => {
  const answer = rtnetlink.ask({
    operation: `list the addresses of ${name}`,
    type: RTM_GETADDR,
    flags: NLM_F_DUMP,
    body: Buffer.alloc(8),
  });
  if (E.isLeft(answer)) return answer;
  const addresses = answer.right
    .filter((message) => message.body.readUInt32LE(4) === index)
    .map((message): InterfaceAddress => {
      const attributes = decodeAttributes(message.body.subarray(8));
      return {
        ip: {
          family: message.body.readUInt8(0) === AF_INET6 ? AF_INET6 : AF_INET,
          bytes: attributes.get(IFA_LOCAL) ?? attributes.get(IFA_ADDRESS) ?? Buffer.alloc(0),
        },
        prefixLength: message.body.readUInt8(1),
        scope: message.body.readUInt8(3),
        ours: attributes.get(IFA_PROTO)?.readUInt8(0) === OURS,
      };
    });
  return E.right(addresses);
};
