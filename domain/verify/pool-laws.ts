import { either as E } from 'fp-ts';
import type { AddressesAllocated, AddressesReleased } from '../host/events.ts';
import { chooseFromPool, type FoundFiles } from '../host/ipam/choose.ts';
import { emptyNetworkPool } from '../host/ipam/state.ts';
import type { IpAddress } from '../ip/address.ts';
import { broken, type Found } from './broken.ts';
import type { HostMemory } from './host-memory.ts';

type Addresses = AddressesAllocated['addresses'];

/** What the choices say that the files said. */
const foundBy = (addresses: Addresses): FoundFiles => {
  const last = new Map<number, IpAddress>();
  const taken = new Set<IpAddress>();
  for (const { set, choice } of addresses) {
    if (choice.by !== 'policy') continue;
    if (set !== undefined && choice.after !== undefined) last.set(set, choice.after);
    for (const address of choice.passedOver ?? []) taken.add(address);
  }
  return { last, taken };
};

const text = (addresses: Addresses): string =>
  addresses.map(({ set, address }) => `${address} of set ${set}`).join(', ');

/** Which attachment holds the address is known by its key; where that was given, by the memory. */
const holderOf = ({ state, allocated }: HostMemory, network: string, address: IpAddress) => {
  const key = state.networks.get(network)?.held.get(address);
  return key === undefined ? undefined : allocated.get(key);
};

/** An attachment holds addresses once, each of them nobody else's on this host, and by policy those that the pool's order says. */
export const ofAddressesAllocated = (
  host: HostMemory,
  { network, addresses }: AddressesAllocated,
  key: string,
): Found | undefined => {
  const twin = host.allocated.get(key);
  if (twin !== undefined) return broken('attachment-once', 'a new attachment', key, twin);
  for (const { address } of addresses) {
    const holder = holderOf(host, network, address);
    if (holder !== undefined) return broken('address-once', `${address} free`, 'it is held', holder);
  }
  if (addresses.every(({ choice }) => choice.by === 'imported')) return undefined;
  const pool = host.state.networks.get(network) ?? emptyNetworkPool();
  const wanted = addresses.flatMap(({ address, choice }) => (choice.by === 'policy' ? [] : [address]));
  const chosen = chooseFromPool(pool, pool.ranges, wanted, foundBy(addresses));
  const expected = E.isLeft(chosen) ? 'a refusal' : text(chosen.right);
  const found = text(addresses);
  return expected === found ? undefined : broken('address-choice', expected, found);
};

export const ofAddressesReleased = (
  host: HostMemory,
  { network, addresses }: AddressesReleased,
  key: string,
): Found | undefined => {
  const held = host.state.networks.get(network)?.allocated.get(key);
  if (held === undefined) return broken('attachment-known', 'an attachment that was given addresses', key);
  const expected = held.addresses.map(({ address }) => address).join(', ');
  const freed = addresses.join(', ');
  return expected === freed
    ? undefined
    : broken('attachment-known', expected, freed, host.allocated.get(key));
};
