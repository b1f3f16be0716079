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

/** The columns of a port. */
export const guardColumns = (guarded: boolean): Readonly<Record<string, Value>> =>
  guarded ? { vlan_mode: 'trunk', trunks: reservedVlan } : { vlan_mode: set([]), trunks: set([]) };

export const isGuarded = ({ vlanMode, trunks }: Pick<PortRow, 'vlanMode' | 'trunks'>): boolean =>
  vlanMode === 'trunk' && trunks.size === 1 && trunks.has(reservedVlan);

/** Only where the port is there and ours. */
export const setGuard = (name: string, guarded: boolean): Operation =>
  update(
    'Port',
    [
      ['name', '==', name],
      ['external_ids', 'includes', map(owner)],
    ],
    guardColumns(guarded),
  );
