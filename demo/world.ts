import { makeNetns, type Netns } from '../test/support/netns.ts';
import { makeNode, type TestNode } from '../test/support/node.ts';

/** One node, three pods' namespaces, and a machine outside that knows nothing of pods. */
export type World = {
  readonly node: TestNode;
  readonly pods: ReadonlyArray<Netns>;
  readonly outside: Netns;
  readonly remove: () => Promise<void>;
};

export const nodeUplink = '192.0.2.1';
export const outsideAddress = '192.0.2.2';

const connect = async (node: Netns, outside: Netns): Promise<void> => {
  await node.exec(
    'ip',
    'link',
    'add',
    'uplink',
    'type',
    'veth',
    'peer',
    'name',
    'eth0',
    'netns',
    outside.name,
  );
  await node.exec('ip', 'address', 'add', `${nodeUplink}/24`, 'dev', 'uplink');
  await node.exec('ip', 'link', 'set', 'uplink', 'up');
  await outside.exec('ip', 'address', 'add', `${outsideAddress}/24`, 'dev', 'eth0');
  await outside.exec('ip', 'link', 'set', 'eth0', 'up');
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
    await connect(node.netns, outside);
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
