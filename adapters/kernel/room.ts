import * as E from 'fp-ts/lib/Either.js';
import type { KernelFailure, NetnsId } from '../../domain/port/kernel.ts';
import { findLink } from './link.ts';
import { type Home, withNetns, withRtnetlink } from './netns.ts';

/** The namespace behind a path, when it has no interface of this name. */
export const roomFor = (
  home: Home,
  { path, ifname }: { readonly path: string; readonly ifname: string },
): E.Either<KernelFailure, NetnsId> =>
  withNetns(home, path, undefined, (netns) =>
    withRtnetlink(home, netns, (rtnetlink) => {
      const found = findLink(rtnetlink, ifname);
      if (E.isLeft(found)) return found;
      return found.right === undefined ? E.right(netns.id) : E.left({ type: 'ifname-taken', ifname, path });
    }),
  );
