import { writeSync } from 'node:fs';
import { getSystemErrorName } from 'node:util';
import koffi, { type KoffiFunc } from 'koffi';

// The process's own libc, glibc or musl alike. Everything here is a synchronous call on the calling thread.
const libc = koffi.load(null);

type Call<T extends (...args: never) => number> = KoffiFunc<T>;

/** As in socket(2), close(2), send(2), recv(2), setns(2), ioctl(2): -1 and an errno on failure. */
export const socket: Call<(domain: number, type: number, protocol: number) => number> = libc.func(
  'int socket(int domain, int type, int protocol)',
);
export const close: Call<(fd: number) => number> = libc.func('int close(int fd)');
export const send: Call<(fd: number, bytes: Uint8Array, length: number, flags: number) => number> = libc.func(
  'intptr_t send(int fd, const void *bytes, size_t length, int flags)',
);
export const recv: Call<(fd: number, bytes: Uint8Array, length: number, flags: number) => number> = libc.func(
  'intptr_t recv(int fd, void *bytes, size_t length, int flags)',
);
/** As in recvmsg(2), the message as a `struct msghdr` of a 64-bit machine. */
export const recvmsg: Call<(fd: number, message: Uint8Array, flags: number) => number> = libc.func(
  'intptr_t recvmsg(int fd, void *message, int flags)',
);
/** As sendto(2) on a unix socket: how many bytes were sent, or -1. */
export const sendto: Call<
  (fd: number, bytes: Uint8Array, length: number, flags: number, address: Uint8Array, size: number) => number
> = libc.func(
  'intptr_t sendto(int fd, const void *bytes, size_t length, int flags, const void *address, unsigned int size)',
);
export const setns: Call<(fd: number, kind: number) => number> = libc.func('int setns(int fd, int kind)');
// Variadic in C; on x86-64 and arm64 Linux the third argument is passed the same way as a fixed one.
export const ioctl: Call<(fd: number, request: number, argument: Uint8Array | null) => number> = libc.func(
  'int ioctl(int fd, unsigned long request, void *argument)',
);
/** As in bind(2), setsockopt(2), eventfd(2): -1 and an errno on failure. */
export const bind: Call<(fd: number, address: Uint8Array, length: number) => number> = libc.func(
  'int bind(int fd, const void *address, uint32_t length)',
);
export const setsockopt: Call<
  (fd: number, level: number, name: number, value: Uint8Array, length: number) => number
> = libc.func('int setsockopt(int fd, int level, int name, const void *value, uint32_t length)');
export const eventfd: Call<(value: number, flags: number) => number> = libc.func(
  'int eventfd(unsigned int value, int flags)',
);
/** As in poll(2). Its `async` waits on a thread of Node's pool; the caller keeps the buffer alive. */
export const poll: Call<(fds: Uint8Array, count: number, timeoutMs: number) => number> = libc.func(
  'int poll(void *fds, unsigned long count, int timeout)',
);
/** 1 when the text is an address of the family, written to `bytes` in network order (4 or 16 bytes). */
export const inet_pton: Call<(family: number, text: string, bytes: Uint8Array) => number> = libc.func(
  'int inet_pton(int family, const char *text, void *bytes)',
);
/** The text of an address of the family; `text` is room for it, 46 bytes at most. */
export const inet_ntop: KoffiFunc<
  (family: number, bytes: Uint8Array, text: Uint8Array, room: number) => string | null
> = libc.func('const char *inet_ntop(int family, const void *bytes, void *text, uint32_t room)');
/** As in flock(2): -1 and an errno on failure. */
export const flock: Call<(fd: number, operation: number) => number> = libc.func(
  'int flock(int fd, int operation)',
);
/** As in adjtimex(2): the state of the clock, or -1. */
export const adjtimex: Call<(timex: Uint8Array) => number> = libc.func('int adjtimex(void *timex)');
/** As in clock_gettime(2): 0, or -1. */
export const clock_gettime: Call<(clock: number, timespec: Uint8Array) => number> = libc.func(
  'int clock_gettime(int clock, void *timespec)',
);
const abort: KoffiFunc<() => void> = libc.func('void abort()');

/** Where a buffer lies, as the eight bytes that a C structure holds of it. The caller keeps the buffer alive. */
export const pointerTo = (buffer: Uint8Array): Buffer => {
  const pointer = Buffer.alloc(8);
  pointer.writeBigUInt64LE(koffi.address(buffer));
  return pointer;
};

/** `EEXIST` for 17. */
export const errnoName = (errno: number): string => getSystemErrorName(-errno);

/** Name of the errno that the last call on this thread left. To be read at once after a call that returned -1. */
export const lastErrno = (): string => errnoName(koffi.errno());

/** Ends the whole process, from whichever thread (`process.abort` does not exist in workers), saying why on stderr. */
export const abortProcess = (why: string): never => {
  writeSync(2, `${why}\n`);
  abort();
  throw new Error(why);
};
