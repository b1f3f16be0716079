import { closeSync, writeSync } from 'node:fs';
import type { KernelChange } from '../../domain/port/kernel.ts';
import { close, eventfd, lastErrno, poll, recv } from './libc.ts';
import { asChange, type Heard, nothingHeard, noticeRoutes, noticeRules, type Watched } from './notice.ts';
import type { WatchSockets } from './open-watch.ts';

const MSG_DONTWAIT = 0x40;
const POLLIN = 1;
const EFD_CLOEXEC = 0x80000;
/** What comes in flocks is told together; the sockets hold it meanwhile. */
const pauseMs = 100;

/** What adds to an eventfd, and so makes it readable. */
const one = Buffer.from(new BigUint64Array([1n]).buffer);

/** `struct pollfd`, one after the other, each asking whether there is something to read. */
const asking = (fds: ReadonlyArray<number>): Buffer => {
  const bytes = Buffer.alloc(8 * fds.length);
  fds.forEach((fd, at) => {
    bytes.writeInt32LE(fd, at * 8);
    bytes.writeInt16LE(POLLIN, at * 8 + 4);
  });
  return bytes;
};

/** All that waits in the socket. What the kernel could not keep for us is lost (ENOBUFS, netlink(7)), and is said to be. */
const drain = (fd: number, room: Buffer, heard: Heard, notice: (datagram: Buffer) => void): void => {
  for (;;) {
    const length = recv(fd, room, room.length, MSG_DONTWAIT);
    if (length > 0) notice(room.subarray(0, length));
    else if (length === 0 || lastErrno() !== 'ENOBUFS') return;
    else heard.lost = true;
  }
};

/**
 * Tells of changes until the returned function is called. Waiting is poll(2) on a thread of Node's own pool, so nothing wakes this
 * process while nothing happens; an eventfd ends the wait, also when the process exits, which would wait for that thread.
 */
export const listen = (
  sockets: WatchSockets,
  names: { readonly interface: string; readonly table: string },
  tell: (change: KernelChange) => void,
): (() => void) => {
  const watched: Watched = { ...names, index: sockets.index, vlans: new Map(sockets.vlans) };
  const wake = eventfd(0, EFD_CLOEXEC);
  const asked = asking([sockets.routes, sockets.rules, wake]);
  const room = Buffer.alloc(64 * 1024);
  let ended = false;
  /** Whether a wait is under way; else the pause behind it is. */
  let waiting = false;
  let pause: NodeJS.Timeout | undefined;

  const letGo = (): void => {
    close(sockets.routes);
    close(sockets.rules);
    closeSync(wake);
  };
  const hear = (): void => {
    const heard = nothingHeard();
    drain(sockets.routes, room, heard, (datagram) => noticeRoutes(watched, heard, datagram));
    drain(sockets.rules, room, heard, (datagram) => noticeRules(watched, heard, datagram));
    wait();
    const change = asChange(heard);
    if (change !== undefined) tell(change);
  };
  const wait = (): void => {
    waiting = true;
    poll.async(asked, 3, -1, () => {
      waiting = false;
      if (ended) letGo();
      else pause = setTimeout(hear, pauseMs);
    });
  };
  const end = (): void => {
    if (ended) return;
    ended = true;
    process.off('exit', end);
    if (waiting) writeSync(wake, one);
    else letGo();
    clearTimeout(pause);
  };
  process.once('exit', end);
  wait();
  return end;
};
