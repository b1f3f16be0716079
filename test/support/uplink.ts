import type { Netns } from './netns.ts';

/** RFC 5737: what the node and the machine beside it are called outside. */
export const nodeUplink = '192.0.2.1';
export const outsideAddress = '192.0.2.2';

/** A veth pair from the node (`uplink`) to a machine beside it (`eth0`), both ends up, with an address each. */
export const linkUplink = async (node: Netns, outside: Netns): Promise<void> => {
  const peer = ['peer', 'name', 'eth0', 'netns', outside.name];
  await node.exec('ip', 'link', 'add', 'uplink', 'type', 'veth', ...peer);
  await node.exec('ip', 'address', 'add', `${nodeUplink}/24`, 'dev', 'uplink');
  await node.exec('ip', 'link', 'set', 'uplink', 'up');
  await outside.exec('ip', 'address', 'add', `${outsideAddress}/24`, 'dev', 'eth0');
  await outside.exec('ip', 'link', 'set', 'eth0', 'up');
};
