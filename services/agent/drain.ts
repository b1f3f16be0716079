import { either as E } from 'fp-ts';
import { attachmentNamed } from '../../domain/cni/queued-del.ts';
import { attachmentKey, poolKey } from '../../domain/host/attachment.ts';
import type { AgentConfiguration } from './configuration.ts';
import type { CoolDown } from './cool-down.ts';
import type { Ipam } from './ipam/ipam.ts';
import { followQueuedRelease } from './ipam/queued-release.ts';
import { attachmentFields } from './log-fields.ts';
import type { AgentPorts, Host } from './ports.ts';
import { forget } from './prepared.ts';
import { followQueuedDel } from './queued-del.ts';
import type { Turns } from './turns.ts';

/** Deletions that are under way together share their fsync and the kernel's wait. */
const atOnce = 250;

const inLanes = async (
  names: ReadonlyArray<string>,
  task: (name: string) => Promise<void>,
): Promise<void> => {
  const left = names.values();
  const lane = async (): Promise<void> => {
    for (const name of left) await task(name);
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, names.length) }, lane));
};

/**
 * Follows every DEL that plugins queued; gives how many are done with. Each waits for the turn of its attachment and makes nobody give
 * up: an ADD that is under way there has looked into the queue itself. What fails stays, and is tried again by the next one.
 */
export const drainQueue = async (
  ports: AgentPorts,
  configuration: AgentConfiguration,
  host: Host,
  turns: Turns,
  coolDown: CoolDown,
  ipam: Ipam,
): Promise<number> => {
  const { delQueue, log, clock } = ports;
  const startedMs = clock.monotonicMs();
  const names = await delQueue.names()();
  if (E.isLeft(names)) {
    log.error('the queue of DELs cannot be read; it is tried again', { failure: names.left });
    return 0;
  }
  let done = 0;
  await inLanes(names.right, async (name) => {
    const named = attachmentNamed(name);
    if (named === undefined) {
      log.error('a file in the queue is not named as a DEL and was left', {
        file: `${delQueue.folder}/${name}`,
      });
      return;
    }
    const followed = await (named.of === 'pod'
      ? turns.take(attachmentKey(named.attachment), () => {
          // Queued since its ADD was admitted, or that would have followed it.
          forget(ports, configuration, turns.prepared, attachmentKey(named.attachment));
          return followQueuedDel(ports, configuration, host, coolDown, name);
        })
      : ipam.turns.take(poolKey(named.attachment), () => followQueuedRelease(ipam, configuration, name)));
    if (E.isLeft(followed))
      log.error('a queued DEL failed; it is tried again', {
        ...attachmentFields(named.attachment),
        failure: followed.left,
      });
    else if (followed.right) done += 1;
  });
  if (done === 0) return done;
  const flushed = await delQueue.flush()();
  if (E.isLeft(flushed)) log.warn('the queue of DELs could not be flushed', { failure: flushed.left });
  log.info('the queue of DELs was drained', {
    done,
    left: names.right.length - done,
    ms: Math.round(clock.monotonicMs() - startedMs),
  });
  return done;
};
