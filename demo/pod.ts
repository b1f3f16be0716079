import type { Netns } from '../test/support/netns.ts';
import type { TestNode } from '../test/support/node.ts';
import { addressesIn } from '../test/support/scene.ts';
import { expect, show } from './narrate.ts';

type PodRow = {
  readonly containerId: string;
  readonly status: string;
  readonly addresses: ReadonlyArray<string>;
};

/** What the node's log knows of its pods. */
export const podsOf = async (node: TestNode): Promise<ReadonlyArray<PodRow>> =>
  (JSON.parse((await node.evioctl('--json', 'pods')).out) as { readonly pods: ReadonlyArray<PodRow> }).pods;

export const showCtl = async (node: TestNode, ...args: ReadonlyArray<string>): Promise<void> =>
  show(`evioctl ${args.join(' ')}`, (await node.evioctl(...args)).out);

/** `pod-1` of the namespace `evio-test-pod-1-8c1f03aa`. */
export const nameOf = (pod: Netns): string => /pod(-\d+)+(?=-[0-9a-f]{8}$)/.exec(pod.name)?.[0] ?? pod.name;

/** As its runtime asks for it. */
export const callOf = (pod: Netns) => ({
  containerId: nameOf(pod),
  netns: pod.path,
  args: `IgnoreUnknown=1;K8S_POD_NAMESPACE=demo;K8S_POD_NAME=${nameOf(pod)};K8S_POD_UID=0`,
});

/** ADD by the compiled plugin; gives the pod's address. */
export const add = async (node: TestNode, pod: Netns): Promise<string> => {
  const added = await node.cni('ADD', callOf(pod));
  expect(added.code === 0, `ADD failed: ${added.out}`);
  return String(addressesIn(added)[0]);
};

export const del = async (node: TestNode, pod: Netns): Promise<void> => {
  const { containerId, netns } = callOf(pod);
  const deleted = await node.cni('DEL', { containerId, netns });
  expect(deleted.code === 0, `DEL failed: ${deleted.out}`);
};
