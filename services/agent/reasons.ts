import { either as E } from 'fp-ts';
import { type Refusal, toCniError } from '../../domain/cni/refusal.ts';
import { diskRemedy, diskWords } from '../../domain/disk/outlook.ts';
import { delegationRefusal } from '../../domain/host/admit-pod.ts';
import { chooseAddresses } from '../../domain/host/choose-address.ts';
import type { HostState } from '../../domain/host/state.ts';
import { vlansOf } from '../../domain/kernel/pod-routes.ts';
import { vlanInterface } from '../../domain/ovs/vlan-gateway.ts';
import type { ForeignDrop } from '../../domain/port/firewall.ts';
import type { Vlan } from '../../domain/vlan.ts';
import type { Member } from './agent.ts';
import { foreignDropWords } from './foreign-drops.ts';
import type { Readiness } from './readiness.ts';

const words = (failure: Refusal): ReadonlyArray<string> => [toCniError(failure).msg];

/** With what helps: who reads this is not asked again. */
const remedied = (failure: Refusal): string => {
  const { msg, details } = toCniError(failure);
  return `${msg}: ${details}`;
};

const fenceOf = ({ fence }: HostState, ledger: Member['ledger']): string | undefined =>
  fence ?? ledger?.unfit();

const leaseWords = (state: HostState, ledger: Member['ledger']): ReadonlyArray<string> => {
  const { leaveRequested } = state;
  const fence = fenceOf(state, ledger);
  if (fence !== undefined) return words({ type: 'lease-fenced', reason: fence });
  if (leaveRequested) return words({ type: 'leaving' });
  const lapse = ledger?.lapse();
  return lapse === undefined ? [] : [remedied(lapse)];
};

/** That the log could soon not take what is given, in words; none while it has room. */
export const diskReasons = ({ disk }: Member['readiness']): ReadonlyArray<string> =>
  disk?.level === 'full' ? [`disk budget: ${diskWords(disk)}; ${diskRemedy}`] : [];

/** That the disk refused a flush and nothing more is acknowledged, in words. */
export const latchedReasons = ({ latched }: Pick<Member['ports'], 'latched'>): ReadonlyArray<string> => {
  const refused = latched?.();
  return refused === undefined ? [] : [remedied(refused)];
};

/** One that drops what a VLAN's pods alone send keeps nobody else's ADD: the log, the metric and `vlanReasons` say it. */
const ofAllPods = ({ foreignDrops }: Pick<Readiness, 'foreignDrops'>): ReadonlyArray<ForeignDrop> =>
  foreignDrops.filter((drop) => drop.interface === undefined);

/**
 * Why no ADD can be served now, in words; none when it can. What the log says at this moment goes before what the last reconciliation
 * found: a lease that was given back a moment ago has not been reconciled yet.
 */
export const reasonsNow = ({
  host,
  configuration,
  readiness,
  ledger,
  ports,
}: Pick<Member, 'host' | 'configuration' | 'readiness' | 'ledger'> & {
  readonly ports: Pick<Member['ports'], 'latched'>;
}): ReadonlyArray<string> => {
  const state = host.state();
  const latched = latchedReasons(ports);
  if (latched.length > 0) return latched;
  const ledgerStatus = state.lease === undefined ? ledger?.status() : undefined;
  if (ledgerStatus?.state === 'stopped' || ledgerStatus?.state === 'waiting')
    return [...words({ type: 'no-lease' }), ledgerStatus.words];
  if (state.lease === undefined) return words({ type: 'no-lease' });
  const drops = ofAllPods(readiness).map(foreignDropWords(configuration.bridge.name));
  const known = [...leaseWords(state, ledger), ...readiness.reasons, ...diskReasons(readiness), ...drops];
  if (known.length > 0) return known;
  const chosen = chooseAddresses(state, state.lease, []);
  return E.isLeft(chosen) ? words(chosen.left) : [];
};

/** Whether the first of them is why the lease is fenced. */
export const isFenced = ({
  host,
  ledger,
  ports,
}: Pick<Member, 'host' | 'ledger'> & { readonly ports: Pick<Member['ports'], 'latched'> }): boolean => {
  const state = host.state();
  const isLatched = ports.latched?.() !== undefined;
  return !isLatched && state.lease !== undefined && fenceOf(state, ledger) !== undefined;
};

/** Why no ADD could be served whose addresses another IPAM plugin gives, although others could; with what helps. */
export const delegationReasons = ({ host }: Pick<Member, 'host'>): ReadonlyArray<string> => {
  const { lease } = host.state();
  const refusal = lease === undefined ? undefined : delegationRefusal(lease);
  if (refusal === undefined) return [];
  return [remedied(refusal)];
};

/**
 * Why pods in this VLAN have no way out although others have, in words; none where it is no VLAN. Nor where nobody is in it any more:
 * what was known of it is then forgotten by the next reconciliation, and the next ADD makes its gateway anew.
 */
export const vlanReasons = (
  { host, configuration, readiness }: Pick<Member, 'host' | 'configuration' | 'readiness'>,
  vlan: Vlan | undefined,
): ReadonlyArray<string> => {
  if (vlan === undefined || !vlansOf(host.state().attachments.values()).includes(vlan)) return [];
  const bridge = configuration.bridge.name;
  const name = vlanInterface(bridge, vlan);
  const without = readiness.vlansWithout.get(vlan);
  return [
    ...(without === undefined ? [] : [`VLAN ${vlan} has no gateway "${name}": ${without}`]),
    ...readiness.foreignDrops.filter((drop) => drop.interface === name).map(foreignDropWords(bridge)),
  ];
};

/** Whether pods that exist, of this VLAN if any, may have limited connectivity as well: what tells code 51 of STATUS from 50. */
export const podsAreLimited = (
  agent: Pick<Member, 'host' | 'configuration' | 'readiness'>,
  vlan: Vlan | undefined,
): boolean => {
  const { host, readiness } = agent;
  return (
    host.state().lease !== undefined &&
    (readiness.limited || ofAllPods(readiness).length > 0 || vlanReasons(agent, vlan).length > 0)
  );
};
