import type { Pod } from '../host/events.ts';
import { hostIfname } from '../kernel/host-ifname.ts';
import { actOnHost, requestJoin } from './membership.ts';
import { minute, type Node, type Running, second, type World } from './world.ts';

/** As Kubernetes names what it runs; another uid with every start of a replica. */
export const podNamed = (world: World, namespace: string, name: string): Pod => ({
  namespace,
  name: `${name}-${world.dice.hex(5)}`,
  uid: world.dice.uuid(),
});

const network = 'evio';
const ifname = 'eth0';

/** The initial namespaces have lower inode numbers (Linux include/linux/proc_ns.h). */
const firstInode = 4_026_532_000;

/** False when the node cannot take it: full, fenced or leaving. */
export const startSandbox = (world: World, node: Node, running: Running): boolean => {
  const { dice, sha256, timeline } = world;
  const containerId = dice.hex(64);
  const attachment = { network, containerId, ifname };
  const commandId = dice.uuid();
  const added = actOnHost(
    world,
    node,
    {
      type: 'add-pod',
      ...attachment,
      netns: {
        path: `/var/run/netns/cni-${dice.uuid()}`,
        device: 4,
        inode: firstInode + dice.below(1 << 20),
      },
      pod: running.pod,
      requestedAddresses: [],
      mtu: 1410,
      requestId: dice.uuid(),
      commandId,
      hostIfname: hostIfname(sha256, attachment),
    },
    'kubelet',
    commandId,
  );
  if (added.length === 0) return false;
  running.containerId = containerId;
  node.running.set(containerId, running);
  const fails = dice.chance(0.004);
  timeline.after(20 + dice.around(120), () => {
    if (node.running.get(containerId) !== running) return;
    if (!fails) actOnHost(world, node, { type: 'wire-pod', ...attachment }, 'kubelet');
    else {
      stopPod(world, node, running, 'wiring-failed');
      // The kubelet tries a new sandbox.
      timeline.after(10 * second, running.displaced);
    }
  });
  return true;
};

/** `undefined` when the node cannot take it. */
export const startPod = (
  world: World,
  node: Node,
  pod: Pod,
  owner: Pick<Running, 'displaced' | 'restarts'>,
): Running | undefined => {
  const running = { containerId: '', pod, ...owner };
  return startSandbox(world, node, running) ? running : undefined;
};

/** A DEL; a second one for the same pod finds nothing. */
export const stopPod = (
  world: World,
  node: Node,
  { containerId }: Running,
  reason: 'deleted' | 'collected' | 'wiring-failed' = 'deleted',
): void => {
  if (!node.running.delete(containerId)) return;
  const acted = actOnHost(
    world,
    node,
    { type: 'delete-pod', network, containerId, ifname, reason },
    reason === 'collected' ? 'agent' : 'kubelet',
  );
  // A node whose lease was taken back wants the next one.
  const surrendered = acted.some(({ event }) => event.type === 'LeaseSurrendered' && !event.leaving);
  if (surrendered) world.timeline.after(minute, () => requestJoin(world, node));
};
