import type { Netns } from '../test/support/netns.ts';
import { eventually, type TestNode } from '../test/support/node.ts';
import { ping, transfer } from '../test/support/traffic.ts';
import { nodeUplink, outsideAddress } from '../test/support/uplink.ts';
import { chapter, expect, show, step } from './narrate.ts';
import { makeWorld, type World } from './world.ts';

type PodRow = {
  readonly containerId: string;
  readonly status: string;
  readonly addresses: ReadonlyArray<string>;
};

const podsOf = async (node: TestNode): Promise<ReadonlyArray<PodRow>> =>
  (JSON.parse((await node.evioctl('--json', 'pods')).out) as { readonly pods: ReadonlyArray<PodRow> }).pods;

const showCtl = async (node: TestNode, ...args: ReadonlyArray<string>): Promise<void> =>
  show(`evioctl ${args.join(' ')}`, (await node.evioctl(...args)).out);

const nameOf = (pod: Netns): string => /pod-\d/.exec(pod.name)?.[0] ?? pod.name;

const add = async (node: TestNode, pod: Netns): Promise<string> => {
  const args = `IgnoreUnknown=1;K8S_POD_NAMESPACE=demo;K8S_POD_NAME=${nameOf(pod)};K8S_POD_UID=0`;
  const added = await node.cni('ADD', { containerId: nameOf(pod), netns: pod.path, args });
  expect(added.code === 0, `ADD failed: ${added.out}`);
  const { ips } = JSON.parse(added.out) as { readonly ips: ReadonlyArray<{ readonly address: string }> };
  return String(ips[0]?.address).replace(/\/.*/, '');
};

const del = async (node: TestNode, pod: Netns): Promise<void> => {
  const deleted = await node.cni('DEL', { containerId: nameOf(pod), netns: pod.path });
  expect(deleted.code === 0, `DEL failed: ${deleted.out}`);
};

const join = async ({ node }: World): Promise<void> => {
  chapter('A node joins');
  await step('Open vSwitch (userspace datapath) and evio-agent with an embedded log run', () =>
    node.startAgent(),
  );
  await step('the cluster is configured: pods 10.244.0.0/16, 8 node bits, hosts 10.10.0.0/16', async () => {
    const options = ['--pod-cidr', '10.244.0.0/16', '--node-bits', '8', '--host-cidr', '10.10.0.0/16'];
    const configured = await node.evioctl('configure', ...options);
    expect(configured.code === 0, configured.err);
  });
  await step(
    'evio-config-gen obtains the lease and stages the CNI configuration; the agent publishes it',
    async () => {
      const generated = await node.configGen();
      expect(generated.code === 0, generated.err);
      return node.status();
    },
    ({ lease }) => `${lease?.subnets.join()} and host address ${lease?.hostAddress}`,
  );
};

const addPods = async ({ node, pods }: World): Promise<ReadonlyArray<string>> => {
  chapter('Three pods, added by the compiled plugin over the CNI protocol');
  const addresses: string[] = [];
  for (const [index, pod] of pods.slice(0, 3).entries()) {
    addresses.push(
      await step(
        `ADD pod-${index + 1}`,
        () => add(node, pod),
        (address) => address,
      ),
    );
  }
  return addresses;
};

const exchange = async ({ node, pods, outside }: World, addresses: ReadonlyArray<string>): Promise<void> => {
  chapter('Packets');
  const [podA, podB] = pods;
  const [, addressB] = addresses;
  if (podA === undefined || podB === undefined || addressB === undefined)
    throw new Error('there are too few pods');
  const megabytes = 8 * 1024 * 1024;
  const ms = (value: number): string => `${value.toFixed(2)} ms`;
  await step('ping pod-1 → pod-2', () => ping(podA, addressB), ms);
  await step('ping pod-1 → gateway', () => ping(podA, '10.244.0.1'), ms);
  const direct = { address: addressB, port: 5001, listenOn: 5001 };
  await step(
    'TCP pod-1 → pod-2, 8 MiB',
    () => transfer(podA, podB, direct, megabytes),
    (seen) => `seen as ${seen.seenAs}`,
  );
  const away = { address: outsideAddress, port: 5001, listenOn: 5001 };
  await step(
    "TCP pod-1 → outside, masqueraded as the node's address",
    async () => {
      const { seenAs } = await transfer(podA, outside, away, megabytes);
      expect(seenAs === nodeUplink, `the outside saw ${seenAs}, not ${nodeUplink}`);
      return seenAs;
    },
    (seenAs) => `seen as ${seenAs}`,
  );
  const rule = `ip daddr 10.96.0.10 tcp dport 80 dnat to ${addressB}:5002`;
  const chain = `chain services { type nat hook prerouting priority dstnat; ${rule}; }`;
  await node.netns.exec('nft', `table ip demo { ${chain}; }`);
  const service = { address: '10.96.0.10', port: 80, listenOn: 5002 };
  await step(
    'TCP pod-1 → Service 10.96.0.10:80 (nftables DNAT), whose backend pod-2 is on the same node',
    () => transfer(podA, podB, service, megabytes),
    ({ seenAs }) => `seen as ${seenAs}`,
  );
};

const crash = async ({ node, pods }: World): Promise<void> => {
  chapter('The agent is killed (-9) in the middle of an ADD');
  const victim = pods[3];
  if (victim === undefined) throw new Error('there are too few pods');
  const before = await podsOf(node);
  const switchd = await node.ovs.switchdPid();
  process.kill(switchd, 'SIGSTOP');
  const adding = add(node, victim);
  await step('the ADD has reserved an address; the switch is held, so it is not answered yet', async () => {
    await eventually('the reservation is in the log', async () =>
      (await podsOf(node)).find(({ status }) => status === 'reserved'),
    );
  });
  await step('kill -9 evio-agent', () => node.stopAgent('SIGKILL'));
  process.kill(switchd, 'SIGCONT');
  await step('evio-agent starts again and undoes what was not answered', () => node.startAgent());
  await step(
    'the waiting plugin asks again, and the runtime gets its answer',
    () => adding,
    (address) => address,
  );
  await step('nothing is lost, nothing is doubled', async () => {
    const after = await podsOf(node);
    const addresses = after.flatMap((row) => row.addresses);
    const kept = before.every(({ containerId }) => after.some((row) => row.containerId === containerId));
    expect(kept && after.length === before.length + 1, `there are ${after.length} pods`);
    expect(new Set(addresses).size === addresses.length, `an address is held twice: ${addresses.join()}`);
    expect(
      after.every(({ status }) => status === 'attached'),
      'a pod is left half-made',
    );
    const first = pods[0];
    if (first !== undefined) for (const address of addresses.slice(1)) await ping(first, address);
  });
};

const leave = async ({ node, pods }: World): Promise<void> => {
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

const story = async (world: World): Promise<void> => {
  const { node } = world;
  await join(world);
  const addresses = await addPods(world);
  await exchange(world, addresses);
  chapter('What the log says');
  await showCtl(node, 'leases');
  await showCtl(node, 'pods');
  await crash(world);
  await leave(world);
  await showCtl(node, 'leases');
  await showCtl(node, 'log');
};

const started = performance.now();
const world = await makeWorld(4);
let interrupted = (): void => undefined;
const interruption = new Promise<never>((_, reject) => {
  interrupted = () => reject(new Error('interrupted'));
});
process.once('SIGINT', interrupted);
process.once('SIGTERM', interrupted);
try {
  await Promise.race([story(world), interruption]);
  chapter('Every step held');
  const seconds = (): string => `${((performance.now() - started) / 1000).toFixed(1)} s in all`;
  await step('everything that the demo made is removed', world.remove, seconds);
} catch (error) {
  process.stderr.write(`\nthe demo failed: ${error instanceof Error ? error.message : String(error)}\n`);
  process.stderr.write(
    `evio-agent said last:\n${(await world.node.agentLog().catch(() => '')).split('\n').slice(-10).join('\n')}\n`,
  );
  process.exitCode = 1;
} finally {
  await world.remove();
}
process.exit();
