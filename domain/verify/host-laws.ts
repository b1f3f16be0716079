import { either as E } from 'fp-ts';
import { attachmentKey } from '../host/attachment.ts';
import { chooseAddresses } from '../host/choose-address.ts';
import type { Allocation, HostEvent, LeaseObserved, PodAdded, PodDeleted } from '../host/events.ts';
import { evolve } from '../host/evolve.ts';
import { addressesOf, type Lease } from '../host/state.ts';
import type { IpAddress } from '../ip/address.ts';
import { contains } from '../ip/cidr.ts';
import { broken, type Found } from './broken.ts';
import type { ClusterMemory } from './cluster-memory.ts';
import { ofEras } from './era-laws.ts';
import { giverOf, type HostMemory, rememberHost } from './host-memory.ts';
import { ofLeasePresented, ofLeaseSurrendered, ofSubnetRetired } from './lease-laws.ts';
import { ofIncarnationContinued } from './life-laws.ts';
import { ofAddressesAllocated, ofAddressesReleased } from './pool-laws.ts';
import type { Seen } from './seen.ts';

const isPolicy = ({ choice }: Allocation): boolean => choice.by === 'policy';

/** Of what was taken over, or chosen by a delegate, there may be an address of one family only. */
const isOthers = ({ addresses }: PodAdded): boolean =>
  addresses.some(({ choice }) => choice.by === 'imported' || choice.by === 'delegated');

/** What the policies choose here, given the addresses that were asked for; nothing where they refuse. */
const rerun = (
  { state }: HostMemory,
  lease: Lease,
  { addresses, ranges }: PodAdded,
): ReadonlyArray<IpAddress> => {
  const wanted = addresses.filter((allocation) => !isPolicy(allocation)).map(({ address }) => address);
  const chosen = chooseAddresses(state, lease, wanted, ranges);
  return E.isRight(chosen) ? chosen.right.map(({ address }) => address) : [];
};

const ofPodAdded = (
  host: HostMemory,
  cluster: ClusterMemory,
  event: PodAdded,
  key: string,
): Found | undefined => {
  const { lease, fence } = host.state;
  const twin = host.state.attachments.get(key);
  if (twin !== undefined)
    return broken('attachment-once', 'a new attachment', key, giverOf(host, cluster, twin));
  if (lease === undefined || fence !== undefined) {
    const why = fence === undefined ? 'no lease' : `a lease being taken back (${fence})`;
    return broken('allocation-in-lease', 'a lease that may be given from', why, host.learnt);
  }
  const given = event.addresses.map(({ address }) => address);
  const chosen = rerun(host, lease, event);
  const asChosen = isOthers(event)
    ? given.every((address) => chosen.includes(address))
    : chosen.join() === given.join();
  const holders = cluster.addresses.get(event.network);
  for (const address of given) {
    // What is chosen lies in the lease.
    if (!asChosen && !lease.subnets.some((subnet) => contains(subnet, address)))
      return broken('allocation-in-lease', `an address of ${lease.subnets.join(', ')}`, address, host.learnt);
    const holder = holders?.get(address);
    if (holder !== undefined) return broken('address-once', `${address} free`, 'it is held', holder);
  }
  const expected = chosen.length === 0 ? 'a refusal' : chosen.join(', ');
  return asChosen ? undefined : broken('address-choice', expected, given.join(', '));
};

const ofLeaseObserved = (
  { node }: HostMemory,
  cluster: ClusterMemory,
  event: LeaseObserved,
): Found | undefined => {
  // A log without the cluster's stream cannot contradict what a node says of it.
  if (cluster.revision === -1) return undefined;
  // Nor can a log that was restored what was seen in another epoch of it.
  if (event.epoch !== cluster.state.epoch || cluster.superseded) return undefined;
  const { clusterRevision, subnets } = event;
  if (clusterRevision > cluster.revision) {
    const known = `a revision of the cluster's stream up to ${cluster.revision}`;
    return broken('lease-observed', known, String(clusterRevision));
  }
  for (const subnet of subnets) {
    const tenancy = cluster.tenancies.get(subnet);
    // A later lease of the subnet says nothing of the one that this node saw.
    if (tenancy !== undefined && tenancy.leasedAt > clusterRevision) continue;
    const held =
      tenancy?.node === node && (tenancy.releasedAt === undefined || tenancy.releasedAt > clusterRevision);
    if (!held) {
      const expected = `${subnet} leased to ${node} at revision ${clusterRevision} of the cluster's stream`;
      const found = tenancy === undefined ? 'never leased' : `last leased to ${tenancy.node}`;
      return broken('lease-observed', expected, found, tenancy?.by);
    }
  }
  return undefined;
};

const ofPodDeleted = (
  host: HostMemory,
  cluster: ClusterMemory,
  { addresses }: PodDeleted,
  key: string,
): Found | undefined => {
  const attachment = host.state.attachments.get(key);
  if (attachment === undefined) return broken('attachment-known', 'an attachment that was added', key);
  const held = addressesOf(attachment).join(', ');
  const freed = addresses.join(', ');
  return held === freed
    ? undefined
    : broken('attachment-known', held, freed, giverOf(host, cluster, attachment));
};

const check = (
  host: HostMemory,
  cluster: ClusterMemory,
  { event, stream }: Pick<Seen<HostEvent>, 'event' | 'stream'>,
  key: string,
): Found | undefined => {
  switch (event.type) {
    case 'PodAdded':
      return ofPodAdded(host, cluster, event, key);
    case 'PodWired':
      return host.state.attachments.has(key)
        ? undefined
        : broken('attachment-known', 'an attachment that was added', key);
    case 'PodDeleted':
      return ofPodDeleted(host, cluster, event, key);
    case 'AddressesAllocated':
      return ofAddressesAllocated(host, event, key);
    case 'AddressesReleased':
      return ofAddressesReleased(host, event, key);
    case 'IncarnationContinued':
      return ofIncarnationContinued(host, cluster, stream, event);
    case 'LeaseObserved':
      return ofLeaseObserved(host, cluster, event);
    case 'LeaseSurrendered':
      return ofLeaseSurrendered(host, cluster, event);
    case 'SubnetRetired':
      return ofSubnetRetired(host, event);
    case 'LeasePresented':
      return ofLeasePresented(host, event);
    case 'SubnetRequested':
    case 'LeaseRenewed':
    case 'HostStarted':
    case 'JoinRequested':
    case 'FenceObserved':
    case 'LeaveRequested':
    case 'PoolConfigured':
    case 'EraClosed':
    case 'EraOpened':
      return undefined;
  }
};

/** Holds one more event of a host's stream against the laws, and records it: the law that it breaks, if any. */
export const holdHostLaws = (
  host: HostMemory,
  cluster: ClusterMemory,
  recorded: Seen<HostEvent>,
): Found | undefined => {
  // Made once: it is long, and every map has to hash it.
  const key = 'containerId' in recorded.event ? attachmentKey(recorded.event) : '';
  const found = ofEras(host, recorded) ?? (host.known ? check(host, cluster, recorded, key) : undefined);
  rememberHost(host, cluster, recorded, key);
  host.state = evolve(host.state, recorded.event);
  return found;
};
