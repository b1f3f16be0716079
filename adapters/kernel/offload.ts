import * as E from 'fp-ts/lib/Either.js';
import { interfaceRequest } from './interface-request.ts';
import { ioctl, lastErrno, pointerTo } from './libc.ts';
import { type KernelRefused, refused } from './rtnetlink.ts';

const SIOCETHTOOL = 0x8946;
const ETHTOOL_GTXCSUM = 0x16;
const ETHTOOL_STXCSUM = 0x17;

/** `struct ethtool_value` behind a `struct ifreq` (linux/ethtool.h); the value after the call, `undefined` when refused. */
const ethtool = (fd: number, ifname: string, command: number, value: number): number | undefined => {
  const argument = Buffer.alloc(8);
  argument.writeUInt32LE(command, 0);
  argument.writeUInt32LE(value, 4);
  return ioctl(fd, SIOCETHTOOL, interfaceRequest(ifname, pointerTo(argument))) < 0
    ? undefined
    : argument.readUInt32LE(4);
};

/**
 * Lets the kernel finish every checksum before a frame leaves the interface; segmentation offload, which needs unfinished
 * ones, goes with it. `fd` is any socket of the interface's namespace.
 */
export const turnOffChecksumOffload = (fd: number, ifname: string): E.Either<KernelRefused, void> =>
  ethtool(fd, ifname, ETHTOOL_STXCSUM, 0) === undefined
    ? E.left(refused(`turn the transmit checksum offload of ${ifname} off`, lastErrno()))
    : E.right(undefined);

/** Whether frames leave the interface with unfinished checksums. */
export const checksumOffload = (fd: number, ifname: string): E.Either<KernelRefused, boolean> => {
  const value = ethtool(fd, ifname, ETHTOOL_GTXCSUM, 0);
  return value === undefined
    ? E.left(refused(`read the transmit checksum offload of ${ifname}`, lastErrno()))
    : E.right(value !== 0);
};
