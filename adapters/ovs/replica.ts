import {
  type BridgeRow,
  type InterfaceRow,
  type PortRow,
  type RootRow,
  readBridge,
  readInterface,
  readPort,
  readRoot,
} from './rows.ts';
import { makeTable } from './table.ts';

/** The watched part of the database, held in memory; questions to it cost no round trip. */
export type Replica = {
  readonly root: () => RootRow | undefined;
  readonly bridge: (name: string) => BridgeRow | undefined;
  readonly bridges: () => ReadonlyArray<BridgeRow>;
  readonly port: (name: string) => PortRow | undefined;
  readonly ports: () => ReadonlyArray<PortRow>;
  readonly interface: (uuid: string) => InterfaceRow | undefined;
  readonly interfaces: () => ReadonlyArray<InterfaceRow>;
  readonly interfaceNamed: (name: string) => InterfaceRow | undefined;
  /** The bridge that a port is plugged into. */
  readonly bridgeOf: (port: PortRow) => BridgeRow | undefined;
  /**
   * Takes in `table-updates2` (ovsdb-server(7), section 4.1.14), the first answer to `monitor_cond` included. True when
   * it says something new of bridges, ports or interfaces.
   */
  readonly apply: (updates: unknown) => boolean;
};

export const makeReplica = (): Replica => {
  const roots = makeTable(readRoot);
  const bridges = makeTable(readBridge);
  const ports = makeTable(readPort);
  const interfaces = makeTable(readInterface);

  return {
    root: () => roots.all()[0],
    bridge: bridges.named,
    bridges: bridges.all,
    port: ports.named,
    ports: ports.all,
    interface: interfaces.get,
    interfaces: interfaces.all,
    interfaceNamed: interfaces.named,
    bridgeOf: (port) => bridges.all().find((bridge) => bridge.ports.has(port.uuid)),
    apply: (updates) => {
      const tables = (updates ?? {}) as Readonly<Record<string, unknown>>;
      roots.apply(tables['Open_vSwitch']);
      const changed = [
        bridges.apply(tables['Bridge']),
        ports.apply(tables['Port']),
        interfaces.apply(tables['Interface']),
      ];
      return changed.includes(true);
    },
  };
};
