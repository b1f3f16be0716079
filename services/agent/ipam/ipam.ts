import type { AgentPorts, Host } from '../ports.ts';
import type { Turns } from '../turns.ts';

/** A network and the folder of its files. */
export type Place = { readonly network: string; readonly folder: string };

/** evio-ipam of one agent's life: what all of its calls share. */
export type Ipam = {
  readonly ports: AgentPorts;
  readonly host: Host;
  /** Of attachments, by `poolKey`, and of folders. */
  readonly turns: Turns;
  /** By place what was gone at the last look, and which ADD it is of: by `attachmentKey` the `requestId`. */
  readonly gone: Map<string, ReadonlyMap<string, string>>;
};

export const makeIpam = (ports: AgentPorts, host: Host, turns: Turns): Ipam => ({
  ...{ ports, host, turns },
  gone: new Map(),
});
