import type { PortVlans } from '../../domain/port/switch.ts';
import { trunkOf, vlansIn } from '../../domain/trunk.ts';
import { type Operation, update } from './operations.ts';
import { owner } from './owner.ts';
import type { PortRow } from './rows.ts';
import { map, set, type Value } from './value.ts';

/**
 * What keeps a port shut in the database itself, so that it is shut before any flow is there, and still when the death of
 * ovs-vswitchd took all flows: it is a trunk, and trunks one VLAN only, whose number no frame may bear (IEEE 802.1Q-2022,
 * table 9-2). The action NORMAL takes nothing else from it and gives nothing else to it (ovs-vswitchd.conf.db(5), Port,
 * vlan_mode); a flow that names the port is not held up. Other ports and bridges notice nothing.
 */
const reservedVlan = 4095;

/** What a trunk calls frames without a tag. */
const untagged = 0;

/**
 * The columns of a port. One that is not guarded is an access port of its VLAN: NORMAL gives it that VLAN's frames without their tag, and
 * takes none with one; with a trunk it gives and takes those of the trunk's VLANs with their tags besides.
 */
export const vlanColumns = (
  guarded: boolean,
  { vlan, trunk }: PortVlans,
): Readonly<Record<string, Value>> => {
  if (guarded) return { vlan_mode: 'trunk', tag: set([]), trunks: reservedVlan };
  if (trunk !== undefined)
    return vlan === undefined
      ? { vlan_mode: 'trunk', tag: set([]), trunks: set([untagged, ...vlansIn(trunk)]) }
      : { vlan_mode: 'native-untagged', tag: vlan, trunks: set(vlansIn(trunk)) };
  return vlan === undefined
    ? { vlan_mode: set([]), tag: set([]), trunks: set([]) }
    : { vlan_mode: 'access', tag: vlan, trunks: set([]) };
};

export const isGuarded = ({ vlanMode, trunks }: Pick<PortRow, 'vlanMode' | 'trunks'>): boolean =>
  vlanMode === 'trunk' && trunks.size === 1 && trunks.has(reservedVlan);

/** The VLANs of a port, as `vlanColumns` writes them; none where it is guarded, and where the columns say what we never say. */
export const vlansOf = (row: Pick<PortRow, 'vlanMode' | 'tag' | 'trunks'>): PortVlans => {
  const { vlanMode, tag, trunks } = row;
  if (isGuarded(row)) return {};
  const tagged = trunkOf([...trunks].filter((vlan) => vlan !== untagged));
  switch (vlanMode) {
    case 'native-untagged':
      return { vlan: tag, trunk: tagged };
    case 'trunk':
      return trunks.has(untagged) ? { trunk: tagged } : {};
    case 'access':
    case undefined:
      return tag === undefined ? { trunk: tagged } : { vlan: tag };
    default:
      return {};
  }
};

/** Only where the port is there and ours. */
export const setGuard = (name: string, guarded: boolean, vlans: PortVlans): Operation =>
  update(
    'Port',
    [
      ['name', '==', name],
      ['external_ids', 'includes', map(owner)],
    ],
    vlanColumns(guarded, vlans),
  );
