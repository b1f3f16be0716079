import type { ExecutionContext, TestFn } from 'ava';
import { connectAgent } from '../../adapters/http/client.ts';
import { sha256 } from '../../adapters/system/sha256.ts';
import { canonicalJson, type Json } from '../../domain/canonical-json.ts';
import { genesis, linkHash } from '../../domain/chain.ts';
import { Metadata } from '../../domain/envelope.ts';
import type { AllocationRow } from '../../domain/projection/allocations.ts';
import type { LogEntry } from '../../services/evioctl/log.ts';
import { makeNetns, type Netns } from './netns.ts';
import { type CniCall, type Ended, eventually, makeNode, type TestNode } from './node.ts';

/** What an operator gives to `evioctl configure`. */
export type Cluster = {
  readonly podCidr: string | ReadonlyArray<string>;
  readonly nodeBits: string | number | ReadonlyArray<string | number>;
  readonly hostCidr: string;
  /** Of today's programs where it is not said. */
  readonly minReader?: number;
  readonly maxSubnetsPerNode?: number;
};

/** One IPv4 /24 for the node: 253 pods. */
export const usual: Cluster = { podCidr: '10.244.0.0/16', nodeBits: 8, hostCidr: '10.10.0.0/16' };

/** A node that has joined its cluster and is ready, and the pods that the test made on it. */
export type Scene = {
  readonly node: TestNode;
  /** A network namespace for a pod; its name is the container's id too. */
  readonly makePod: () => Promise<Netns>;
  readonly makePods: (count: number) => Promise<ReadonlyArray<Netns>>;
  /** ADD that must succeed; gives the pod's addresses without prefix. */
  readonly add: (pod: Netns, call?: CniCall) => Promise<ReadonlyArray<string>>;
  /** DEL that must succeed. */
  readonly del: (pod: Netns, call?: CniCall) => Promise<void>;
  readonly cni: (command: string, pod: Netns, call?: CniCall) => Promise<Ended>;
  readonly ask: <Body>(method: 'GET' | 'POST', path: string, body?: unknown) => Promise<Body>;
  readonly pods: () => Promise<ReadonlyArray<AllocationRow>>;
  readonly log: () => Promise<ReadonlyArray<LogEntry>>;
  /** Ports on the bridge, without its own. */
  readonly ports: () => Promise<ReadonlyArray<string>>;
  /** Host ends of ours in the node's namespace. */
  readonly links: () => Promise<ReadonlyArray<string>>;
};

export type CniResult = {
  readonly cniVersion: string;
  readonly interfaces: ReadonlyArray<Readonly<Record<string, unknown>>>;
  readonly ips: ReadonlyArray<{ readonly address: string } & Readonly<Record<string, unknown>>>;
  readonly routes: ReadonlyArray<Readonly<Record<string, unknown>>>;
};

export const resultOf = ({ out }: Pick<Ended, 'out'>): CniResult => JSON.parse(out) as CniResult;

export const addressesIn = (ended: Pick<Ended, 'out'>): ReadonlyArray<string> =>
  resultOf(ended).ips.map(({ address }) => address.replace(/\/.*/, ''));

export type CniRefusal = { readonly code: number; readonly msg: string; readonly details: string };

export const refusalOf = ({ out }: Pick<Ended, 'out'>): CniRefusal => JSON.parse(out) as CniRefusal;

/** The call as the runtime makes it for this pod. */
export const callFor = (pod: Netns, call: CniCall = {}): CniCall => ({
  containerId: pod.name,
  netns: pod.path,
  ...call,
});

const lines = (text: string): ReadonlyArray<string> => text.split('\n').filter((line) => line !== '');

/** Makes a node with nothing but Open vSwitch on it, gone with the test. `built` as `makeNode` has it. */
export const makeBareScene = async (
  t: Pick<ExecutionContext, 'teardown'>,
  name = 'node-1',
  built = false,
): Promise<Scene> => {
  const node = await makeNode(name, built);
  t.teardown(node.remove);
  const connection = connectAgent(node.socket);
  const ask = async <Body>(method: 'GET' | 'POST', path: string, body?: unknown): Promise<Body> => {
    const answered = await connection.call(method, path, body, 20_000)();
    if (answered._tag === 'Left') throw new Error(`${path}: ${answered.left.reason}`);
    if (answered.right.status !== 200) throw new Error(`${path}: ${JSON.stringify(answered.right.body)}`);
    return answered.right.body as Body;
  };
  const makePod = async (): Promise<Netns> => {
    const pod = await makeNetns('pod');
    // The test may have removed it itself.
    t.teardown(() => pod.remove().catch(() => undefined));
    return pod;
  };
  const cni: Scene['cni'] = (command, pod, call) => node.cni(command, callFor(pod, call));
  const mustCni = async (command: string, pod: Netns, call?: CniCall): Promise<Ended> => {
    const ended = await cni(command, pod, call);
    if (ended.code !== 0) throw new Error(`${command} failed: ${ended.out}${ended.err}`);
    return ended;
  };
  return {
    node,
    ask,
    cni,
    makePod,
    makePods: (count) => Promise.all(Array.from({ length: count }, makePod)),
    add: async (pod, call) => addressesIn(await mustCni('ADD', pod, call)),
    del: async (pod, call) => {
      await mustCni('DEL', pod, call);
    },
    pods: async () => (await ask<{ readonly pods: ReadonlyArray<AllocationRow> }>('GET', '/v1/pods')).pods,
    log: async () => {
      const all: LogEntry[] = [];
      for (;;) {
        const page = await ask<{ readonly events: ReadonlyArray<LogEntry> }>(
          'GET',
          `/v1/log?from=${all.length}&limit=1000`,
        );
        all.push(...page.events);
        if (page.events.length < 1000) return all;
      }
    },
    ports: async () => lines(await node.ovs.vsctl('--no-wait', 'list-ports', 'evio0')),
    links: async () =>
      lines(await node.netns.exec('ip', '-o', 'link', 'show', 'type', 'veth')).flatMap(
        (line) => / (evio[0-9a-f]{11})@/.exec(line)?.[1] ?? [],
      ),
  };
};

/** Configures the cluster and joins it; resolves when the node is ready. */
export const join = async ({ ask, node }: Scene, cluster: Cluster = usual): Promise<void> => {
  await ask('POST', '/v1/configure', cluster);
  await ask('POST', '/v1/join', {});
  await isReady(node);
};

export const isReady = (node: TestNode): Promise<true> =>
  eventually('the node is ready', async () => ((await node.status()).ready ? true : undefined));

/** A node that has joined and is ready. */
export const makeScene = async (
  t: Pick<ExecutionContext, 'teardown'>,
  cluster: Cluster = usual,
  ...agentArgs: ReadonlyArray<string>
): Promise<Scene> => {
  const scene = await makeBareScene(t);
  await scene.node.startAgent(...agentArgs);
  await join(scene, cluster);
  return scene;
};

/** One scene for all tests of a file, which use it one after the other (`test.serial`). */
export const sharedScene = (
  test: TestFn,
  cluster: Cluster = usual,
  ...agentArgs: ReadonlyArray<string>
): (() => Scene) => {
  const undo: Array<() => unknown> = [];
  let scene: Scene | undefined;
  test.before(async () => {
    scene = await makeScene({ teardown: (step) => undo.push(step) }, cluster, ...agentArgs);
  });
  test.after.always(async () => {
    for (const step of undo.splice(0).reverse()) await step();
  });
  return () => {
    if (scene === undefined) throw new Error('the scene was not made');
    return scene;
  };
};

/** Holds a process up, as a machine under load or a debugger would; the returned function lets it go on. */
export const holdUp = (t: Pick<ExecutionContext, 'teardown'>, pid: number): (() => void) => {
  process.kill(pid, 'SIGSTOP');
  let held = true;
  const goOn = (): void => {
    if (held) process.kill(pid, 'SIGCONT');
    held = false;
  };
  t.teardown(goOn);
  return goOn;
};

/** Whether the address answers one ping within a second. */
export const reaches = async (from: Netns, address: string): Promise<boolean> =>
  from.exec('ping', '-c', '1', '-W', '1', address).then(
    () => true,
    () => false,
  );

/** Polls until the address answers. */
export const eventuallyReaches = (from: Netns, address: string): Promise<true> =>
  eventually(`${address} answers`, async () => ((await reaches(from, address)) ? true : undefined));

/** Recomputes every stream's hash chain; gives the first event that does not follow from the one before it. */
export const brokenLink = (log: ReadonlyArray<LogEntry>): LogEntry | undefined => {
  const heads = new Map<string, { readonly revision: number; readonly hash: string }>();
  return log.find(({ stream, revision, id, type, payload, metadata, hash }) => {
    const { revision: last, hash: previous } = heads.get(stream) ?? { revision: -1, hash: genesis };
    heads.set(stream, { revision, hash });
    if (!Metadata.is(metadata) || metadata.payloadHash !== sha256(canonicalJson(payload as Json)))
      return true;
    const follows = linkHash(sha256, { previous, stream, revision, id, type, metadata });
    return revision !== last + 1 || follows !== hash;
  });
};

/** What switch, kernel and log say of pods, each sorted: on a sound node the three are the same. */
export const threeViews = async ({ pods, ports, links }: Scene) => {
  const rows = await pods();
  return {
    log: rows.map(({ hostIfname }) => hostIfname).sort(),
    switch: [...(await ports())].sort(),
    kernel: [...(await links())].sort(),
  };
};

/** Fails unless log, switch and kernel agree, every attachment is attached, no address is held twice, and the chain holds. */
export const assertSound = async (t: ExecutionContext, scene: Scene): Promise<void> => {
  const views = await threeViews(scene);
  t.deepEqual(views.switch, views.log, 'the switch has other ports than the log');
  t.deepEqual(views.kernel, views.log, 'the kernel has other links than the log');
  const rows = await scene.pods();
  const held = rows.flatMap(({ addresses }) => addresses);
  t.is(new Set(held).size, held.length, `an address is held twice: ${held.join()}`);
  t.deepEqual(
    rows.filter(({ status }) => status !== 'attached'),
    [],
  );
  t.is(brokenLink(await scene.log()), undefined);
};
