import type { Sandbox } from '../../soak/network.ts';
import type { Launched } from './launch.ts';

/** A sandbox of which nothing but the name is looked at. */
export const sandbox = (containerId: string): Sandbox => ({
  netns: { name: `ns-${containerId}`, path: `/run/netns/ns-${containerId}` },
  attachment: () => ({ containerId, ifname: 'eth0' }),
  newContainer: () => undefined,
  removeNetns: async () => undefined,
  makeNetns: async () => undefined,
});

export const withAddress = (address: string): string =>
  JSON.stringify({ cniVersion: '1.0.0', ips: [{ address: `${address}/24` }] });

export const launched = (code: number, out = ''): Launched => ({ id: 1, ms: 1, code, out, err: '' });
