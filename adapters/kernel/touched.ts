import { lastErrno, pointerTo, recvmsg } from './libc.ts';
import { IFINFO, IFLA_IFNAME, RTM_DELLINK, RTM_NEWLINK } from './link.ts';
import { attributeIn, decodeMessages, textIn } from './netlink-message.ts';

/** What changed: links, addresses or routes in namespaces, by the numbers these have in the host's, and links by name, wherever they are. */
export type Touched = {
  readonly namespaces: Set<number>;
  readonly links: Set<string>;
  /** More than could be kept: anything may have changed. */
  everything: boolean;
};

export const nothingTouched = (): Touched => ({ namespaces: new Set(), links: new Set(), everything: false });

const MSG_DONTWAIT = 0x40;
const MSG_TRUNC = 0x20;

/** `struct msghdr` of a 64-bit machine, an `iovec` and room for one `cmsghdr` with a number, one behind the other. */
const HEADER = { iov: 16, iovCount: 24, control: 32, controlLength: 40, flags: 48, size: 56 } as const;
const IOVEC = { at: HEADER.size, size: 16 } as const;
const CONTROL = { at: IOVEC.at + IOVEC.size, length: 24, number: 16 } as const;

const room = Buffer.alloc(64 * 1024);
/** Longer than V8 would keep in its own heap, where buffers move. */
const message = Buffer.alloc(CONTROL.at + CONTROL.length);
pointerTo(room).copy(message, IOVEC.at);
message.writeBigUInt64LE(BigInt(room.length), IOVEC.at + 8);
pointerTo(message.subarray(IOVEC.at)).copy(message, HEADER.iov);
message.writeBigUInt64LE(1n, HEADER.iovCount);
pointerTo(message.subarray(CONTROL.at)).copy(message, HEADER.control);

/** Adds one datagram: of a namespace that is not the socket's own its number comes beside (netlink(7)). */
const add = (touched: Touched, datagram: Buffer, namespace: number | undefined): void => {
  if (namespace !== undefined) touched.namespaces.add(namespace);
  for (const { type, body } of decodeMessages(datagram)) {
    if (type !== RTM_NEWLINK && type !== RTM_DELLINK) continue;
    const name = attributeIn(body, IFINFO, IFLA_IFNAME);
    if (name !== undefined) touched.links.add(textIn(name));
  }
};

/**
 * What changed since this socket (`openHearingOfAll`) was read last. The kernel queues a message before whoever made the change goes
 * on, so what is not in here has not happened.
 */
export const readTouched = (fd: number): Touched => {
  const touched = nothingTouched();
  for (;;) {
    message.writeBigUInt64LE(BigInt(CONTROL.length), HEADER.controlLength);
    const length = recvmsg(fd, message, MSG_DONTWAIT);
    if (length < 0) {
      const errno = lastErrno();
      if (errno === 'EAGAIN') return touched;
      touched.everything = true;
      // ENOBUFS is told once, and what could be kept is still there (netlink(7)).
      if (errno !== 'ENOBUFS') return touched;
      continue;
    }
    if ((message.readUInt32LE(HEADER.flags) & MSG_TRUNC) !== 0) touched.everything = true;
    const numbered = message.readBigUInt64LE(HEADER.controlLength) > 0n;
    const namespace = numbered ? message.readInt32LE(CONTROL.at + CONTROL.number) : undefined;
    add(touched, room.subarray(0, length), namespace);
  }
};
