/** What the runtime's configuration of our network says. */
export type ConflistOptions = {
  readonly network: string;
  readonly bridge: string;
  readonly mtu: number;
  readonly agentSocket: string;
  /** Folder in which a DEL waits for an agent that is down. */
  readonly queue: string;
  /** Published ports need the portmap plugin beside ours; without it they are not offered. */
  readonly portmap: boolean;
};

/**
 * The network configuration list (CNI spec 1.1.0, section 1) as text. `cniVersion` is 1.0.0 for runtimes that know nothing newer;
 * those that do take the highest of `cniVersions`. The same options give the same bytes.
 */
export const conflist = (options: ConflistOptions): string => {
  const { network, bridge, mtu, agentSocket, queue, portmap } = options;
  const capabilities = { ips: true, mac: true, dns: true };
  const evio = { type: 'evio', bridge, mtu, agentSocket, queue, capabilities };
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

/** Whether a configuration list is one of ours: a plugin of ours is in it. */
export const isOurConflist = (text: string): boolean => {
  try {
    const { plugins } = JSON.parse(text) as { readonly plugins?: ReadonlyArray<{ readonly type?: unknown }> };
    return Array.isArray(plugins) && plugins.some((plugin) => plugin?.type === 'evio');
  } catch {
    return false;
  }
};
