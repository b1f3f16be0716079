import { makeNetns, type Netns } from '../test/support/netns.ts';
import { makeNode, type TestNode } from '../test/support/node.ts';
import { linkUplink } from '../test/support/uplink.ts';

/** One node, three pods' namespaces, and a machine outside that knows nothing of pods. */
export type World = {
  readonly node: TestNode;
  readonly pods: ReadonlyArray<Netns>;
  readonly outside: Netns;
  readonly remove: () => Promise<void>;
};

/** Makes everything; what was made is removed again when a part fails, and by `remove`. */
export const makeWorld = async (podCount: number): Promise<World> => {
  const made: Array<{ readonly remove: () => Promise<void> }> = [];
  const remove = async (): Promise<void> => {
    for (const part of made.splice(0).reverse()) await part.remove();
  };
  try {
    const outside = await makeNetns('outside');
    made.push(outside);
    const node = await makeNode('node-1', true);
    made.push(node);
    await linkUplink(node.netns, outside);
    const pods: Netns[] = [];
    for (let n = 1; n <= podCount; n += 1) {
      const pod = await makeNetns(`pod-${n}`);
      made.push(pod);
      pods.push(pod);
    }
    return { node, pods, outside, remove };
  } catch (error) {
    await remove();
    throw error;
  }
};
