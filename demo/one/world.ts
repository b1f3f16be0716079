import { makeNetns, type Netns } from '../../test/support/netns.ts';
import { makeNode, type TestNode } from '../../test/support/node.ts';
import { linkUplink } from '../../test/support/uplink.ts';
import type { Removal } from '../removal.ts';

/** One node, its pods' namespaces, and a machine outside that knows nothing of pods. */
export type World = {
  readonly node: TestNode;
  readonly pods: ReadonlyArray<Netns>;
  readonly outside: Netns;
};

export const makeWorld = async ({ make }: Removal, podCount: number): Promise<World> => {
  const outside = await make(() => makeNetns('outside'));
  const node = await make(() => makeNode('node-1', true));
  await linkUplink(node.netns, outside);
  const pods: Netns[] = [];
  for (let n = 1; n <= podCount; n += 1) pods.push(await make(() => makeNetns(`pod-${n}`)));
  return { node, pods, outside };
};
