/** What the runtime's configuration of our network says. */
export type ConflistOptions = {
  readonly network: string;
  readonly bridge: string;
  readonly mtu: number;
  readonly agentSocket: string;
  /** Published ports need the portmap plugin beside ours; without it they are not offered. */
  readonly portmap: boolean;
};

/**
 * The network configuration list (CNI spec 1.1.0, section 1) as text. `cniVersion` is 1.0.0 for runtimes that know nothing newer;
 * those that do take the highest of `cniVersions`. The same options give the same bytes.
 */
export const conflist = ({ network, bridge, mtu, agentSocket, portmap }: ConflistOptions): string => {
  const evio = { type: 'evio', bridge, mtu, agentSocket, capabilities: { ips: true, mac: true, dns: true } };
  const published = { type: 'portmap', snat: true, capabilities: { portMappings: true } };
  return `${JSON.stringify(
    {
      cniVersion: '1.0.0',
      cniVersions: ['1.0.0', '1.1.0'],
      name: network,
      plugins: [evio, ...(portmap ? [published] : [])],
    },
    undefined,
    2,
  )}\n`;
};
