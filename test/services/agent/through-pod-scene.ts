import { randomUUID } from 'node:crypto';
import { connectAgent } from '../../../adapters/http/client.ts';
import type { Netns } from '../../support/netns.ts';
import type { CniRefusal, Scene } from '../../support/scene.ts';

/** One run of the plugin, as the agent hears it: an ADD whose delegate asks through the pod. */
export type Run = {
  readonly admit: () => Promise<Answer>;
  readonly add: (...addresses: ReadonlyArray<string>) => Promise<Answer>;
  /** That it ends without its ADD. */
  readonly end: () => Promise<Answer>;
};

export type Answer = {
  readonly status: number;
  readonly error?: CniRefusal;
  readonly result?: { readonly interfaces?: ReadonlyArray<{ readonly name: string; readonly mac?: string }> };
};

export const runFor = ({ node }: Pick<Scene, 'node'>, pod: Netns, more: object = {}): Run => {
  const requestId = randomUUID();
  const who = { network: 'evio', containerId: pod.name, ifname: 'eth0', netns: pod.path };
  const post = async (path: string, own: object): Promise<Answer> => {
    const body = { protocol: 1, requestId, attempt: 0, ...who, ...own };
    const answered = await connectAgent(node.socket).call('POST', path, body, 20_000)();
    if (answered._tag === 'Left') throw new Error(`${path}: ${answered.left.reason}`);
    return { status: answered.right.status, ...(answered.right.body as object) };
  };
  const asked = (addresses: ReadonlyArray<string>) => ({
    requestedAddresses: [],
    throughPod: true,
    delegated: { plugin: 'dhcp', addresses },
    ...more,
  });
  return {
    admit: () => post('/v1/admit', asked([])),
    add: (...addresses) => post('/v1/add', asked(addresses)),
    end: () => post('/v1/del', { prepared: true }),
  };
};

export const macIn = ({ result }: Answer): string => result?.interfaces?.find(({ mac }) => mac)?.mac ?? '';

/** The interface in the pod: its number and MAC stay while it is the same one. */
export const interfaceOf = async (pod: Netns) => {
  const shown = await pod.exec('ip', '-json', 'address', 'show', 'eth0');
  const [seen] = JSON.parse(shown) as ReadonlyArray<{
    readonly ifindex: number;
    readonly address: string;
    readonly flags: ReadonlyArray<string>;
    readonly addr_info: ReadonlyArray<{ readonly local: string; readonly family: string }>;
  }>;
  const four = seen?.addr_info.filter(({ family }) => family === 'inet').map(({ local }) => local);
  return { ifindex: seen?.ifindex, mac: seen?.address, up: seen?.flags.includes('UP'), four };
};

/** Flows of ours on the bridge. */
export const ourFlows = async ({ node }: Pick<Scene, 'node'>): Promise<ReadonlyArray<string>> =>
  (await node.ovs.ofctl('evio0', 'dump-flows', '--no-stats'))
    .split('\n')
    .filter((line) => line.includes('cookie=0xe7106'));

/** What of pods is on the node, beside its log. */
export const onNode = async (scene: Scene) => ({
  ports: await scene.ports(),
  links: await scene.links(),
  flows: (await ourFlows(scene)).length,
});

export const nothing = { ports: [], links: [], flows: 0 };
