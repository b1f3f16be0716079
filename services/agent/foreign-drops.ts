import { either as E } from 'fp-ts';
import type { Lease } from '../../domain/host/state.ts';
import { vlanInterface } from '../../domain/ovs/vlan-gateway.ts';
import type { ForeignDrop } from '../../domain/port/firewall.ts';
import type { Vlan } from '../../domain/vlan.ts';
import type { AgentConfiguration } from './configuration.ts';
import type { AgentPorts } from './ports.ts';

export const foreignDropWords =
  (bridge: string) =>
  ({ family, table, chain, interface: vlan = bridge }: ForeignDrop): string =>
    `the firewall chain ${chain} (table ${family} ${table}) drops what pods send beyond this host: accept what comes from and goes to "${vlan}" there`;

/**
 * Reads other firewalls for chains that keep every pod from leaving the host; it takes some processes of nft, so it belongs in the
 * sweep. A look that fails leaves what was known (`before`). Says in the log what came, and that it went.
 */
export const lookForForeignDrops = async (
  { firewall, log }: Pick<AgentPorts, 'firewall' | 'log'>,
  { bridge }: AgentConfiguration,
  lease: Lease,
  vlans: ReadonlyArray<Vlan>,
  before: ReadonlyArray<ForeignDrop>,
): Promise<ReadonlyArray<ForeignDrop>> => {
  const found = await firewall.foreignDrops({
    bridge: bridge.name,
    vlans: vlans.map((vlan) => vlanInterface(bridge.name, vlan)),
    sources: lease.subnets,
  })();
  if (E.isLeft(found)) {
    log.warn('the rules of other firewalls could not be read', { failure: found.left });
    return before;
  }
  const words = (drops: ReadonlyArray<ForeignDrop>): string =>
    drops.map(foreignDropWords(bridge.name)).join('; ');
  if (words(found.right) === words(before)) return found.right;
  if (found.right.length > 0) log.warn('pods cannot reach beyond this host', { reason: words(found.right) });
  else log.info('no other firewall keeps pods from leaving this host any more');
  return found.right;
};
