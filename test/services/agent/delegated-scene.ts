import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Netns } from '../../support/netns.ts';
import type { CniCall, TestNode } from '../../support/node.ts';
import type { Scene } from '../../support/scene.ts';

/** Debian's containernetworking-plugins. */
export const debian = '/usr/lib/cni';

const dataDir = ({ dir }: TestNode): string => join(dir, 'host-local');

/** Ranges of its own in the node's subnet, so that no test meets another's. */
export const hostLocal = (node: TestNode, rangeStart: string, more: object = {}): CniCall => ({
  path: debian,
  config: {
    ipam: {
      type: 'host-local',
      dataDir: dataDir(node),
      ranges: [[{ subnet: '10.244.0.0/24', rangeStart }]],
      routes: [{ dst: '0.0.0.0/0' }],
      ...more,
    },
  },
});

export const byStatic = (...addresses: ReadonlyArray<string>): CniCall => ({
  path: debian,
  config: { ipam: { type: 'static', addresses: addresses.map((address) => ({ address })) } },
});

/** Addresses that host-local holds for this pod. */
export const heldThere = async (node: TestNode, pod: Netns): Promise<ReadonlyArray<string>> => {
  const folder = join(dataDir(node), 'evio');
  const files = (await readdir(folder).catch(() => [])).filter((name) => /^\d/.test(name));
  const owners = await Promise.all(files.map((name) => readFile(join(folder, name), 'utf8')));
  return files.filter((_, index) => owners[index]?.startsWith(pod.name));
};

/** Addresses that our log holds for this pod. */
export const heldHere = async ({ pods }: Pick<Scene, 'pods'>, pod: Netns): Promise<ReadonlyArray<string>> =>
  (await pods()).filter(({ containerId }) => containerId === pod.name).flatMap(({ addresses }) => addresses);
