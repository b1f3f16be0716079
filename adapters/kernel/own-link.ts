import * as E from 'fp-ts/lib/Either.js';
import type { KernelFailure, OwnLink } from '../../domain/port/kernel.ts';
import { allLinks, type Link } from './link.ts';
import type { Home } from './netns.ts';

/** A host-side link is ours when its alias begins so (`ip link` shows it); any other is never changed or removed. */
const OWNER = 'evio-ledger ';

/** The whole alias of a link of ours: the owner mark, then what the wiring wants there. */
export const markedAlias = (alias: string): string => OWNER + alias;

export const hasOwnerMark = (alias: string | undefined): boolean => alias?.startsWith(OWNER) === true;

/** Whether the link bears our owner mark. */
export const isOurs = ({ alias }: Link): boolean => hasOwnerMark(alias);

/** All links of ours on the host, with what their alias carries behind the owner mark. */
export const ownLinks = ({ rtnetlink }: Home): E.Either<KernelFailure, ReadonlyArray<OwnLink>> => {
  const links = allLinks(rtnetlink);
  if (E.isLeft(links)) return links;
  return E.right(
    links.right
      .filter(isOurs)
      .map(({ name, alias = '', up, mtu }) => ({ name, alias: alias.slice(OWNER.length), up, mtu })),
  );
};
