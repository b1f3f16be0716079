import { randomUUID } from 'node:crypto';
import { ipBatch, makePods } from '../bench/pods.ts';
import type { Sandbox } from './network.ts';

const sandboxAt = (path: string): Sandbox => {
  const name = path.split('/').at(-1) ?? '';
  let containerId: string = randomUUID();
  let there = true;
  return {
    netns: { name, path },
    attachment: () => ({ containerId, ifname: 'eth0' }),
    newContainer: (id) => {
      containerId = id;
    },
    removeNetns: async () => {
      there = false;
      await ipBatch([`netns delete ${name}`]);
    },
    makeNetns: async () => {
      if (!there) await ipBatch([`netns add ${name}`]);
      there = true;
    },
  };
};

/** Empty sandboxes, gone with `made`. */
export const makeSandboxes = async (
  count: number,
  made: AsyncDisposableStack,
): Promise<ReadonlyArray<Sandbox>> => {
  const { pods, remove } = await makePods(count);
  made.defer(remove);
  return pods.map(({ netns }) => sandboxAt(netns));
};
