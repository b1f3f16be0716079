import type { Log } from '../../domain/port/log.ts';
import type { Supervisor } from '../../domain/port/supervisor.ts';
import { close, lastErrno, sendto, socket } from './libc.ts';

const AF_UNIX = 1;
const SOCK_DGRAM_CLOEXEC = 0o2 | 0o2000000;
/** Never waits, and a closed socket is an errno, not a signal. */
const MSG_DONTWAIT_NOSIGNAL = 0x40 | 0x4000;

/** `struct sockaddr_un` of unix(7): a path, or with `@` a name outside of the file system, which ends where the address does. */
const unixAddress = (name: string): Buffer => {
  const abstract = name.startsWith('@');
  const path = Buffer.from(abstract ? `\0${name.slice(1)}` : `${name}\0`);
  const family = Buffer.alloc(2);
  // In the machine's byte order, which is little-endian wherever we run.
  family.writeUInt16LE(AF_UNIX);
  return Buffer.concat([family, path]);
};

/** Gives the name of the errno when it was not sent. */
const sendDatagram = (address: Buffer, text: string): string | undefined => {
  const fd = socket(AF_UNIX, SOCK_DGRAM_CLOEXEC, 0);
  if (fd < 0) return lastErrno();
  const bytes = Buffer.from(text);
  const sent = sendto(fd, bytes, bytes.length, MSG_DONTWAIT_NOSIGNAL, address, address.length);
  const errno = sent < 0 ? lastErrno() : undefined;
  close(fd);
  return errno;
};

type Environment = Readonly<Record<string, string | undefined>>;

const watchdogOf = (environment: Environment, pid: number): number | undefined => {
  const microseconds = Number(environment['WATCHDOG_USEC']);
  const meant = environment['WATCHDOG_PID'];
  const ours = meant === undefined || meant === String(pid);
  return ours && microseconds > 0 ? microseconds / 1000 : undefined;
};

/** The supervisor that the environment names (`NOTIFY_SOCKET`, `WATCHDOG_USEC`, `WATCHDOG_PID`); `undefined` when there is none. */
export const openSupervisor = (
  environment: Environment,
  pid: number,
  log: Pick<Log, 'warn'>,
): Supervisor | undefined => {
  const name = environment['NOTIFY_SOCKET'];
  if (name === undefined || !/^[/@]./.test(name)) return undefined;
  const address = unixAddress(name);
  let failed = false;
  return {
    watchdogMs: watchdogOf(environment, pid),
    tell: (fields) => {
      const lines = Object.entries(fields).map(([key, value]) => `${key}=${value.replaceAll('\n', ' ')}`);
      const errno = sendDatagram(address, lines.join('\n'));
      if (errno !== undefined && !failed) log.warn('systemd does not hear', { socket: name, errno });
      failed = errno !== undefined;
    },
  };
};
