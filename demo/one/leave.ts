import { eventually } from '../../test/support/node.ts';
import { chapter, expect, step } from '../narrate.ts';
import { del, podsOf } from '../pod.ts';
import type { World } from './world.ts';

export const leave = async ({ node, pods }: World): Promise<void> => {
  chapter('The pods go, and so does the node');
  for (const [index, pod] of pods.entries()) await step(`DEL pod-${index + 1}`, () => del(node, pod));
  await step('no port, no link and no address of ours is left', async () => {
    const ports = (await node.ovs.vsctl('list-ports', 'evio0')).trim();
    expect(ports === '', `ports are left: ${ports}`);
    const links = await node.netns.exec('ip', '-o', 'link', 'show', 'type', 'veth');
    expect(!/ evio[0-9a-f]{11}@/.test(links), `links are left: ${links}`);
    expect((await podsOf(node)).length === 0, 'attachments are left');
  });
  await step('evioctl leave gives the lease back', async () => {
    const left = await node.evioctl('leave');
    expect(left.code === 0, left.err);
    await eventually('the lease is released', async () =>
      (await node.evioctl('leases')).out.includes('released') ? true : undefined,
    );
  });
};
