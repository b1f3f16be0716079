import * as E from 'fp-ts/lib/Either.js';
import type { KernelFailure } from '../../domain/port/kernel.ts';
import { findLink, setUp } from './link.ts';
import type { Home } from './netns.ts';
import { isOurs } from './own-link.ts';
import type { Request } from './rtnetlink.ts';

/** Brings those of these links up that are ours and down. One that goes meanwhile is gone: ENODEV is no failure. */
export const raiseLinks = (
  { rtnetlink }: Home,
  names: ReadonlyArray<string>,
): E.Either<KernelFailure, void> => {
  const requests: Request[] = [];
  for (const name of names) {
    const found = findLink(rtnetlink, name);
    if (E.isLeft(found)) return found;
    const link = found.right;
    if (link !== undefined && isOurs(link) && !link.up) requests.push(setUp(link.index, name));
  }
  const refusal = rtnetlink.exchange(requests).find((one) => one !== undefined && one.errno !== 'ENODEV');
  return refusal === undefined ? E.right(undefined) : E.left(refusal);
};
