import { closeSync } from 'node:fs';
import * as E from 'fp-ts/lib/Either.js';
import type * as TE from 'fp-ts/lib/TaskEither.js';
import { fromNumber } from '../../domain/ip/address.ts';
import type { Kernel, KernelFailure, PodRoute } from '../../domain/port/kernel.ts';
import { listen } from './listen.ts';
import { identify, openNetns, withNetns } from './netns.ts';
import type { RawPodRoute } from './pod-routes.ts';
import { roomFor } from './room.ts';
import { rememberWhole } from './seen-whole.ts';
import { startThread } from './thread.ts';
import { together } from './together.ts';

const unanswered = (operation: string, error: unknown): KernelFailure => ({
  type: 'kernel-refused',
  operation,
  errno: error instanceof Error ? error.message : String(error),
});

const podRoute = ({ hex, device }: RawPodRoute): PodRoute => ({
  address: fromNumber(hex.length === 8 ? 4 : 6, BigInt(`0x${hex}`)),
  device,
});

const task =
  <A>(operation: string, ask: () => Promise<E.Either<KernelFailure, A>>): TE.TaskEither<KernelFailure, A> =>
  () =>
    ask().catch((error: unknown) => E.left(unanswered(operation, error)));

/**
 * The kernel port over rtnetlink. `netnsPath` names the namespace that counts as the host (the process's own when absent).
 * Rejects when that cannot be entered. Two threads: a deletion holds its thread for some 16 ms, and the making of a pod's
 * link shall not wait behind it; only whether a namespace has room is seen on the caller's own thread, which visits it for that.
 * A thread that ends unasked is not started again: `onLost` is called, once, and every later call is refused.
 */
export const openKernel = async (options: {
  readonly netnsPath?: string;
  readonly onLost?: () => void;
}): Promise<Kernel> => {
  const host = identify(options.netnsPath ?? '/proc/self/ns/net');
  if (E.isLeft(host))
    throw new Error(`cannot start without the host's network namespace: ${JSON.stringify(host.left)}`);
  const home = { netns: { id: host.right } };
  const own = openNetns('/proc/thread-self/ns/net');
  if (E.isLeft(own)) throw new Error(`cannot open this thread's own namespace: ${JSON.stringify(own.left)}`);
  const start = () => startThread(options.netnsPath);
  const [wiring, removal] = await Promise.all([start(), start()]);
  let lost = options.onLost;
  for (const { exited } of [wiring, removal]) {
    void exited.then(() => {
      lost?.();
      lost = undefined;
    });
  }
  const listening = new Set<() => void>();
  let closed = false;
  const detach = together((names: ReadonlyArray<string>) => removal.ask('detachPods', names));
  const pods = rememberWhole(
    () => wiring.ask('openHearingOfAll', undefined),
    (pod) => wiring.ask('inspectPod', pod),
  );
  return {
    // Looking takes microseconds and waits for nobody: a message to a thread and back takes longer.
    netns: (path, ifname) => async () => {
      if (ifname === undefined) return withNetns(home, path, undefined, ({ id }) => E.right(id));
      // Without a way back nothing is entered.
      return closed
        ? E.left(unanswered(`look into ${path}`, 'closed'))
        : roomFor(own.right, home, path, ifname);
    },
    createPair: (pod) => task(`create ${pod.hostIfname}`, () => wiring.ask('createPair', pod)),
    finishPair: (pod) => task(`finish ${pod.hostIfname}`, () => wiring.ask('finishPair', pod)),
    announcePod: (pod) => task(`announce ${pod.hostIfname}`, () => wiring.ask('announcePod', pod)),
    detachPod: (hostIfname) => task(`detach ${hostIfname}`, () => detach(hostIfname)),
    inspectPod: (pod) => task(`inspect ${pod.hostIfname}`, () => pods.inspect(pod)),
    ownLinks: () => task('list our links', () => wiring.ask('ownLinks', undefined)),
    ensureGateway: (gateway) => task(`set up ${gateway.name}`, () => wiring.ask('ensureGateway', gateway)),
    inspectGateway: (gateway) => task(`look at ${gateway.name}`, () => wiring.ask('inspectGateway', gateway)),
    podRoutes: () =>
      task('list the routes to pods', async () =>
        E.map((found: ReadonlyArray<RawPodRoute>) => found.map(podRoute))(
          await wiring.ask('podRoutes', undefined),
        ),
      ),
    addPodRoutes: (routes) => task('add routes to pods', () => wiring.ask('addPodRoutes', routes)),
    removePodRoutes: (addresses) =>
      task('take routes to pods away', () => wiring.ask('removePodRoutes', addresses)),
    raiseLinks: (names) => task('bring links up', () => wiring.ask('raiseLinks', names)),
    watch: (watched, listener) =>
      task(`watch ${watched.interface}`, async () => {
        const sockets = await wiring.ask('openWatch', watched.interface);
        if (E.isLeft(sockets)) return sockets;
        const end = listen(sockets.right, watched, listener);
        listening.add(end);
        return E.right(end);
      }),
    close: async () => {
      lost = undefined;
      for (const end of listening) end();
      pods.close();
      if (!closed) closeSync(own.right.fd);
      closed = true;
      await Promise.all([wiring.end(), removal.end()]);
    },
  };
};
