import { closeSync, constants, fstatSync, openSync, statSync } from 'node:fs';
import * as E from 'fp-ts/lib/Either.js';
import type { KernelFailure, NetnsId } from '../../domain/port/kernel.ts';
import { abortProcess, ioctl, lastErrno, setns } from './libc.ts';
import { type KernelRefused, openRtnetlink, type Rtnetlink, refused } from './rtnetlink.ts';

/** An open network namespace: it lives at least as long as the descriptor. */
export type Netns = { readonly path: string; readonly fd: number; readonly id: NetnsId };

/** The namespace that counts as the host, and a socket there. */
export type Home = { readonly netns: Netns; readonly rtnetlink: Rtnetlink };

const CLONE_NEWNET = 0x40000000;
/** ioctl_ns(2). */
const NS_GET_NSTYPE = 0xb703;

const sameId = (a: NetnsId, b: NetnsId): boolean => a.device === b.device && a.inode === b.inode;

const unopened = (path: string, error: unknown): KernelFailure => {
  const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
  return code === 'ENOENT' || code === 'ENOTDIR'
    ? { type: 'netns-missing', path }
    : refused(`open the network namespace ${path}`, code);
};

/** Opens what the path leads to, when it is a network namespace. */
export const openNetns = (path: string): E.Either<KernelFailure, Netns> => {
  const noNamespace: KernelFailure = { type: 'netns-not-a-namespace', path };
  try {
    // A namespace is a regular file of nsfs. Nothing else is even opened: opening alone moves some devices to act.
    if (!statSync(path).isFile()) return E.left(noNamespace);
    const fd = openSync(path, constants.O_RDONLY);
    if (ioctl(fd, NS_GET_NSTYPE, null) !== CLONE_NEWNET) {
      closeSync(fd);
      return E.left(noNamespace);
    }
    const { dev, ino } = fstatSync(fd);
    return E.right({ path, fd, id: { device: dev, inode: ino } });
  } catch (error) {
    return E.left(unopened(path, error));
  }
};

/** Which namespace the path leads to, when it is a network namespace. */
export const identify = (path: string): E.Either<KernelFailure, NetnsId> => {
  const opened = openNetns(path);
  if (E.isLeft(opened)) return opened;
  closeSync(opened.right.fd);
  return E.right(opened.right.id);
};

/** Makes the calling thread live in the host's namespace (`path`, or the one it is in) for good. */
export const settle = (path: string | undefined): E.Either<KernelFailure, Home> => {
  const netns = openNetns(path ?? '/proc/thread-self/ns/net');
  if (E.isLeft(netns)) return netns;
  if (path !== undefined && setns(netns.right.fd, CLONE_NEWNET) < 0)
    return E.left(refused(`enter the network namespace ${path}`, lastErrno()));
  const rtnetlink = openRtnetlink();
  return E.isLeft(rtnetlink) ? rtnetlink : E.right({ netns: netns.right, rtnetlink: rtnetlink.right });
};

/** Lets go of what `settle` opened. */
export const leave = ({ netns, rtnetlink }: Home): void => {
  rtnetlink.close();
  closeSync(netns.fd);
};

/** Uses a namespace that is not the host's and, where `expected` is given, still that one; then lets go of it. */
export const withNetns = <A>(
  home: { readonly netns: Pick<Netns, 'id'> },
  path: string,
  expected: NetnsId | undefined,
  use: (netns: Netns) => E.Either<KernelFailure, A>,
): E.Either<KernelFailure, A> => {
  const opened = openNetns(path);
  if (E.isLeft(opened)) return opened;
  const netns = opened.right;
  try {
    if (sameId(netns.id, home.netns.id)) return E.left({ type: 'netns-is-host', path });
    if (expected !== undefined && !sameId(netns.id, expected))
      return E.left({ type: 'netns-replaced', path });
    return use(netns);
  } finally {
    closeSync(netns.fd);
  }
};

/**
 * Runs something short and synchronous inside the namespace. A thread that cannot come back would do the host's work in
 * a pod: the process is aborted instead.
 */
export const visit = <A>(
  home: Netns,
  netns: Netns,
  inside: () => E.Either<KernelRefused, A>,
): E.Either<KernelRefused, A> => {
  if (setns(netns.fd, CLONE_NEWNET) < 0)
    return E.left(refused(`enter the network namespace ${netns.path}`, lastErrno()));
  try {
    return inside();
  } finally {
    if (setns(home.fd, CLONE_NEWNET) < 0)
      abortProcess(`cannot return from the network namespace ${netns.path}: ${lastErrno()}`);
  }
};

/** Uses an rtnetlink socket of the namespace from outside it. What has to be done inside is done first, in the same visit. */
export const withRtnetlink = <A>(
  home: Home,
  netns: Netns,
  use: (rtnetlink: Rtnetlink) => E.Either<KernelFailure, A>,
  inside: () => E.Either<KernelRefused, void> = () => E.right(undefined),
): E.Either<KernelFailure, A> => {
  const opened = visit(home.netns, netns, () => E.chain(openRtnetlink)(inside()));
  if (E.isLeft(opened)) return opened;
  try {
    return use(opened.right);
  } finally {
    opened.right.close();
  }
};
