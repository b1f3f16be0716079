import { announcePod } from './announce.ts';
import { createPair } from './create-pair.ts';
import { detachPods } from './detach.ts';
import { finishPair } from './finish-pair.ts';
import { ensureGateway, inspectGateway } from './gateway.ts';
import { openHearingOfAll } from './hearing.ts';
import { inspectPod } from './inspect.ts';
import { openWatch } from './open-watch.ts';
import { ownLinks } from './own-link.ts';
import { addPodRoutes, podRoutes, removePodRoutes } from './pod-routes.ts';
import { raiseLinks } from './raise.ts';

/** What a kernel thread can be asked for: synchronous functions of the host's namespace and one argument. */
export const operations = {
  addPodRoutes,
  announcePod,
  createPair,
  detachPods,
  ensureGateway,
  finishPair,
  inspectGateway,
  inspectPod,
  openHearingOfAll,
  openWatch,
  ownLinks,
  podRoutes,
  raiseLinks,
  removePodRoutes,
};

export type OperationName = keyof typeof operations;
