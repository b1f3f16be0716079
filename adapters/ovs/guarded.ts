import type { Vlan } from '../../domain/vlan.ts';
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

/** The columns of a port. One that is not guarded is an access port of its VLAN: NORMAL gives it that VLAN's frames without their tag, and takes none with one. */
export const vlanColumns = (guarded: boolean, vlan: Vlan | undefined): Readonly<Record<string, Value>> => {
  if (guarded) return { vlan_mode: 'trunk', tag: set([]), trunks: reservedVlan };
  return vlan === undefined
    ? { vlan_mode: set([]), tag: set([]), trunks: set([]) }
    : { vlan_mode: 'access', tag: vlan, trunks: set([]) };
};

export const isGuarded = ({ vlanMode, trunks }: Pick<PortRow, 'vlanMode' | 'trunks'>): boolean =>
  vlanMode === 'trunk' && trunks.size === 1 && trunks.has(reservedVlan);

/** The VLAN of a port that `vlanColumns` made one. */
export const tagOf = ({ vlanMode, tag }: Pick<PortRow, 'vlanMode' | 'tag'>): Vlan | undefined =>
  vlanMode === 'access' ? tag : undefined;

/** Only where the port is there and ours. */
export const setGuard = (name: string, guarded: boolean, vlan: Vlan | undefined): Operation =>
  update(
    'Port',
    [
      ['name', '==', name],
      ['external_ids', 'includes', map(owner)],
    ],
    vlanColumns(guarded, vlan),
  );
