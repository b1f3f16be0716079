import type { Bridge } from '../../domain/port/switch.ts';
import { bridgeMulticast, portMulticast } from './multicast.ts';
import { expectNames, insert, mutate, type Operation, update } from './operations.ts';
import { owner } from './owner.ts';
import type { Replica } from './replica.ts';
import type { BridgeRow } from './rows.ts';
import { map, named, set, uuid, type Value } from './value.ts';

/** ovs-vswitchd.conf.db(5): the columns of a bridge that are ours to set. */
const bridgeColumns = (bridge: Bridge): Readonly<Record<string, Value>> => ({
  datapath_type: bridge.datapathType,
  fail_mode: 'standalone',
  mcast_snooping_enable: true,
});

const otherConfig = (bridge: Bridge): Readonly<Record<string, string>> => ({
  hwaddr: bridge.hwaddr,
  ...bridgeMulticast,
});

/** The bridge with its local port; refused when one of that name is there already. */
export const createBridge = (bridge: Bridge): ReadonlyArray<Operation> => [
  expectNames('Bridge', [['name', '==', bridge.name]], []),
  ...insertLocalPort(bridge),
  insert('Bridge', 'bridge', {
    name: bridge.name,
    ...bridgeColumns(bridge),
    other_config: map(otherConfig(bridge)),
    external_ids: map(owner),
    ports: set([named('port')]),
  }),
  mutate('Open_vSwitch', [], ['bridges', 'insert', set([named('bridge')])]),
];

/** Without our mark: it comes and goes with the bridge, and is not among the ports we plug in. */
const insertLocalPort = (bridge: Bridge): ReadonlyArray<Operation> => [
  insert('Interface', 'interface', { name: bridge.name, type: 'internal', mtu_request: bridge.mtu }),
  insert('Port', 'port', {
    name: bridge.name,
    interfaces: set([named('interface')]),
    other_config: map(portMulticast),
  }),
];

/** What differs from the description, and nothing else: other columns, keys and ports stay as they are. */
export const correctBridge = (replica: Replica, row: BridgeRow, bridge: Bridge): ReadonlyArray<Operation> => {
  const hasColumns =
    row.datapathType === bridge.datapathType && row.failMode === 'standalone' && row.mcastSnooping;
  return [
    ...(hasColumns ? [] : [update('Bridge', isRow(row), bridgeColumns(bridge))]),
    ...correctOtherConfig('Bridge', row, otherConfig(bridge)),
    ...correctLocalPort(replica, row, bridge),
  ];
};

const correctLocalPort = (replica: Replica, row: BridgeRow, bridge: Bridge): ReadonlyArray<Operation> => {
  const [port, attached] = [replica.port(bridge.name), replica.interfaceNamed(bridge.name)];
  if (port === undefined || attached === undefined)
    return [
      ...insertLocalPort(bridge),
      mutate('Bridge', isRow(row), ['ports', 'insert', set([named('port')])]),
    ];
  return [
    ...correctOtherConfig('Port', port, portMulticast),
    ...(attached.mtuRequest === bridge.mtu
      ? []
      : [update('Interface', isRow(attached), { mtu_request: bridge.mtu })]),
  ];
};

const correctOtherConfig = (
  table: string,
  row: Pick<BridgeRow, 'uuid' | 'otherConfig'>,
  wanted: Readonly<Record<string, string>>,
): ReadonlyArray<Operation> => {
  const wrong = Object.entries(wanted).filter(([key, value]) => row.otherConfig[key] !== value);
  if (wrong.length === 0) return [];
  // `insert` leaves a key that is there as it is (RFC 7047, section 5.1, <mutation>).
  const remove = ['other_config', 'delete', set(wrong.map(([key]) => key))] as const;
  return [mutate(table, isRow(row), remove, ['other_config', 'insert', map(Object.fromEntries(wrong))])];
};

const isRow = (row: { readonly uuid: string }) => [['_uuid', '==', uuid(row.uuid)]] as const;
