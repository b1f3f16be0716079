import * as E from 'fp-ts/lib/Either.js';
import type { KernelFailure, NetnsId } from '../../domain/port/kernel.ts';
import { announcePod } from './announce.ts';
import { attachPod } from './attach.ts';
import { detachPods } from './detach.ts';
import { ensureGateway } from './gateway.ts';
import { inspectPod } from './inspect.ts';
import { type Home, withNetns } from './netns.ts';
import { ownLinks } from './own-link.ts';

/** What a kernel thread can be asked for: synchronous functions of the host's namespace and one argument. */
export const operations = {
  announcePod,
  attachPod,
  detachPods,
  ensureGateway,
  inspectPod,
  netns: (home: Home, path: string): E.Either<KernelFailure, NetnsId> =>
    withNetns(home, path, undefined, ({ id }) => E.right(id)),
  ownLinks,
};

export type OperationName = keyof typeof operations;
