import { patch, toggle } from './difference.ts';
import { readBoolean, readInteger, readIntegers, readMap, readString, readUuids } from './value.ts';

/** What we watch of the `Open_vSwitch` database (ovs-vswitchd.conf.db(5)), table by table. */
export const watchedColumns = {
  Open_vSwitch: ['cur_cfg'],
  Bridge: [
    'name',
    'ports',
    'datapath_type',
    'fail_mode',
    'mcast_snooping_enable',
    'other_config',
    'external_ids',
  ],
  Port: ['name', 'interfaces', 'vlan_mode', 'tag', 'trunks', 'other_config', 'external_ids'],
  Interface: ['name', 'ofport', 'error', 'mtu_request'],
} as const;

/** The only row of its table, which gives it no name. */
export type RootRow = {
  readonly uuid: string;
  readonly name: '';
  /** ovs-vswitchd sets it to the `next_cfg` that it has applied. */
  readonly curCfg: number;
};

export type BridgeRow = {
  readonly uuid: string;
  readonly name: string;
  readonly ports: ReadonlySet<string>;
  readonly datapathType: string;
  readonly failMode: string | undefined;
  readonly mcastSnooping: boolean;
  readonly otherConfig: Readonly<Record<string, string>>;
  readonly externalIds: Readonly<Record<string, string>>;
};

export type PortRow = {
  readonly uuid: string;
  readonly name: string;
  readonly interfaces: ReadonlySet<string>;
  readonly vlanMode: string | undefined;
  readonly tag: number | undefined;
  readonly trunks: ReadonlySet<number>;
  readonly otherConfig: Readonly<Record<string, string>>;
  readonly externalIds: Readonly<Record<string, string>>;
};

export type InterfaceRow = {
  readonly uuid: string;
  readonly name: string;
  /** `undefined` until attached, and when attaching failed (the database then says -1). */
  readonly ofport: number | undefined;
  readonly error: string | undefined;
  readonly mtuRequest: number | undefined;
};

/**
 * The columns of a row that are new, or that changed: the others keep the value they had, or have their type's default.
 * What changed of a set or a map is its difference (see `difference.ts`), so that a new row is a difference to nothing.
 */
type Columns = Readonly<Record<string, unknown>>;

export const readRoot = (uuid: string, changed: Columns, before?: RootRow): RootRow => ({
  uuid,
  name: '',
  curCfg: readInteger(changed['cur_cfg']) ?? before?.curCfg ?? 0,
});

export const readBridge = (uuid: string, changed: Columns, before?: BridgeRow): BridgeRow => ({
  uuid,
  name: readString(changed['name']) ?? before?.name ?? '',
  ports: toggle(before?.ports ?? new Set(), readUuids(changed['ports'])),
  datapathType: readString(changed['datapath_type']) ?? before?.datapathType ?? '',
  failMode: optional(changed, 'fail_mode', readString, before?.failMode),
  mcastSnooping: readBoolean(changed['mcast_snooping_enable']) ?? before?.mcastSnooping ?? false,
  otherConfig: patch(before?.otherConfig ?? {}, readMap(changed['other_config'])),
  externalIds: patch(before?.externalIds ?? {}, readMap(changed['external_ids'])),
});

export const readPort = (uuid: string, changed: Columns, before?: PortRow): PortRow => ({
  uuid,
  name: readString(changed['name']) ?? before?.name ?? '',
  interfaces: toggle(before?.interfaces ?? new Set(), readUuids(changed['interfaces'])),
  vlanMode: optional(changed, 'vlan_mode', readString, before?.vlanMode),
  tag: optional(changed, 'tag', readInteger, before?.tag),
  trunks: toggle(before?.trunks ?? new Set(), readIntegers(changed['trunks'])),
  otherConfig: patch(before?.otherConfig ?? {}, readMap(changed['other_config'])),
  externalIds: patch(before?.externalIds ?? {}, readMap(changed['external_ids'])),
});

export const readInterface = (uuid: string, changed: Columns, before?: InterfaceRow): InterfaceRow => ({
  uuid,
  name: readString(changed['name']) ?? before?.name ?? '',
  ofport: optional(changed, 'ofport', readAttached, before?.ofport),
  error: optional(changed, 'error', readString, before?.error),
  mtuRequest: optional(changed, 'mtu_request', readInteger, before?.mtuRequest),
});

const readAttached = (value: unknown): number | undefined => {
  const ofport = readInteger(value);
  return ofport !== undefined && ofport > 0 ? ofport : undefined;
};

/** A column that may become empty: absent says unchanged, an empty set says none. */
const optional = <A>(
  changed: Columns,
  column: string,
  read: (value: unknown) => A | undefined,
  before: A | undefined,
): A | undefined => (column in changed ? read(changed[column]) : before);
