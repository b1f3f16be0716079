import * as E from 'fp-ts/lib/Either.js';
import type { KernelFailure } from '../../domain/port/kernel.ts';
import { deleteLink, deleteLinkGroup, findLink, type Link, setGroup } from './link.ts';
import type { Home } from './netns.ts';
import { isOurs } from './own-link.ts';
import type { KernelRefused, Rtnetlink } from './rtnetlink.ts';

/** Links of ours that are about to go are gathered in this group ("evio" in ASCII); nothing else is ever put there. */
const DOOMED = 0x6576696f;

const doomed = (rtnetlink: Rtnetlink, name: string): E.Either<KernelFailure, Link | undefined> => {
  const link = findLink(rtnetlink, name);
  return E.isRight(link) && link.right !== undefined && !isOurs(link.right)
    ? E.left({ type: 'foreign-link', name })
    : link;
};

/** A link that went by itself meanwhile (its peer's namespace ended) is gone as asked. */
const unlessGone = (refusal: KernelRefused | undefined): KernelRefused | undefined =>
  refusal?.errno === 'ENODEV' ? undefined : refusal;

/** Several links in the time of one: the kernel waits for its readers once per request, not once per link. */
const remove = (rtnetlink: Rtnetlink, links: ReadonlyArray<Link>): KernelRefused | undefined => {
  const [first, ...others] = links;
  if (first === undefined) return undefined;
  const requests =
    others.length === 0
      ? [deleteLink(first.index, first.name)]
      : [...links.map(({ index, name }) => setGroup(index, name, DOOMED)), deleteLinkGroup(DOOMED)];
  return rtnetlink
    .exchange(requests)
    .map(unlessGone)
    .find((refusal) => refusal !== undefined);
};

/** Removes our links of these names, and so their peers; the answers in the order of the names. */
export const detachPods = (
  { rtnetlink }: Home,
  names: ReadonlyArray<string>,
): ReadonlyArray<E.Either<KernelFailure, void>> => {
  const links = names.map((name) => doomed(rtnetlink, name));
  const present = links.flatMap((link) => (E.isRight(link) && link.right !== undefined ? [link.right] : []));
  const refusal = remove(rtnetlink, present);
  return links.map((link) => {
    if (E.isLeft(link)) return link;
    return link.right === undefined || refusal === undefined ? E.right(undefined) : E.left(refusal);
  });
};
