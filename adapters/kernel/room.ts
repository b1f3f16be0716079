import { readFileSync } from 'node:fs';
import * as E from 'fp-ts/lib/Either.js';
import type { KernelFailure, NetnsId } from '../../domain/port/kernel.ts';
import { type Netns, visit, withNetns } from './netns.ts';
import { refused } from './rtnetlink.ts';

/** The interfaces of the namespace that the calling thread is in: a line each behind two of headings (proc_pid_net(5), `dev`). */
const interfaces = (): ReadonlyArray<string> =>
  readFileSync('/proc/thread-self/net/dev', 'utf8')
    .split('\n')
    .slice(2)
    .map((line) => line.slice(0, line.indexOf(':')).trim());

/**
 * The namespace behind a path, when it has no interface of this name. For a thread that must not wait: it reads what the kernel gives
 * under RCU, where a netlink question would wait for whoever holds the rtnl lock, and the old ioctls have a module looked for under
 * every name that is not there. `own` is the namespace that the thread lives in, `host` the one that counts as the host.
 */
export const roomFor = (
  own: Netns,
  host: { readonly netns: Pick<Netns, 'id'> },
  path: string,
  ifname: string,
): E.Either<KernelFailure, NetnsId> =>
  withNetns(host, path, undefined, (netns) => {
    const there = visit(own, netns, () =>
      E.tryCatch(interfaces, (error) => refused(`list the interfaces of ${path}`, String(error))),
    );
    if (E.isLeft(there)) return there;
    return there.right.includes(ifname) ? E.left({ type: 'ifname-taken', ifname, path }) : E.right(netns.id);
  });
