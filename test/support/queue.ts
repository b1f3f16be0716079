import { randomUUID } from 'node:crypto';
import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { queuedDelName, queuedDelText } from '../../domain/cni/queued-del.ts';
import type { Netns } from './netns.ts';
import { eventually } from './node.ts';
import type { Scene } from './scene.ts';

/** Which pods were deleted and why, in the log's order. */
export const deletions = async ({ log }: Scene) =>
  (await log())
    .filter(({ type }) => type === 'PodDeleted')
    .map(({ payload }) => [payload['containerId'], payload['reason']]);

export const queued = ({ node }: Pick<Scene, 'node'>): Promise<ReadonlyArray<string>> => readdir(node.queue);

export const isDrained = (scene: Pick<Scene, 'node'>): Promise<true> =>
  eventually('the queue is empty', async () => ((await queued(scene)).length === 0 ? true : undefined));

type Doomed = {
  readonly containerId: string;
  readonly path?: string;
  readonly seen?: { readonly device: number; readonly inode: number };
};

/** Queues as the plugin does, but with what the test wants in it. */
export const queueByHand = async ({ node }: Scene, { containerId, path, seen }: Doomed): Promise<void> => {
  const attachment = { network: 'evio', containerId, ifname: 'eth0' };
  const text = queuedDelText({
    attachment,
    requestId: randomUUID(),
    bootId: (await readFile('/proc/sys/kernel/random/boot_id', 'utf8')).trim(),
    time: new Date().toISOString(),
    ...(path === undefined ? {} : { netns: { path, ...(seen === undefined ? {} : { seen }) } }),
  });
  await writeFile(join(node.queue, queuedDelName(attachment) ?? ''), text);
};

export const identify = async ({ path }: Netns) => {
  const { dev: device, ino: inode } = await stat(path);
  return { device, inode };
};
