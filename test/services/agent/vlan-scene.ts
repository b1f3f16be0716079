import type { ExecutionContext } from 'ava';
import type { Netns } from '../../support/netns.ts';
import { eventually } from '../../support/node.ts';
import { type Cluster, eventuallyReaches, makeScene, type Scene } from '../../support/scene.ts';

export const dual: Cluster = {
  podCidr: ['10.244.0.0/16', 'fd00:244::/48'],
  nodeBits: [8, 16],
  hostCidr: '10.10.0.0/16',
};

export const inVlan = (vlan: number, more: object = {}) => ({ config: { vlan, ...more } });

type Wired = { readonly pod: Netns; readonly addresses: ReadonlyArray<string> };

export const added = async (scene: Scene, vlan: number): Promise<Wired> => {
  const pod = await scene.makePod();
  return { pod, addresses: await scene.add(pod, inVlan(vlan)) };
};

/** Two pods in VLANs of their own, and one in none. */
export const threePods = async (t: ExecutionContext, ...args: ReadonlyArray<string>) => {
  const scene = await makeScene(t, dual, ...args);
  const one = await added(scene, 100);
  const other = await added(scene, 200);
  const plain = await scene.makePod();
  return { scene, one, other, plain: { pod: plain, addresses: await scene.add(plain) } };
};

export const vlanLinks = async ({ node }: Scene): Promise<ReadonlyArray<string>> =>
  (await node.netns.exec('ip', '-o', 'link', 'show')).match(/evio0\.\d+/g) ?? [];

export const ourRoutes = async ({ node }: Scene): Promise<ReadonlyArray<string>> => {
  const both = await Promise.all(
    ['-4', '-6'].map((family) => node.netns.exec('ip', family, 'route', 'show', 'proto', '101')),
  );
  return both
    .join('')
    .split('\n')
    .flatMap((line) => /^(\S+) dev (\S+)/.exec(line)?.slice(1, 3).join(' ') ?? []);
};

/** What switch, kernel and log say, with the VLANs' gateways out of the way. */
export const isGone = (scene: Scene) =>
  eventually('the VLANs are gone', async () =>
    [...(await vlanLinks(scene)), ...(await ourRoutes(scene))].length === 0 ? true : undefined,
  );

export const works = async ({ one, other, plain }: Omit<Awaited<ReturnType<typeof threePods>>, 'scene'>) => {
  for (const from of [one, other, plain])
    for (const address of ['10.244.0.1', ...[one, other, plain].flatMap(({ addresses }) => addresses)])
      await eventuallyReaches(from.pod, address);
};

/** In how many ways the node is otherwise than its log says. */
export const drifted = async ({ ask }: Scene): Promise<number> =>
  (await ask<{ readonly drift: ReadonlyArray<unknown> }>('GET', '/v1/drift')).drift.length;
