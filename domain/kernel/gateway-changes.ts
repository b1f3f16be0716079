/** An address with its prefix length, and the network that is reached by it: `10.244.0.1/24` and `10.244.0.0/24`. One alone is its own. */
export type OnLink = { readonly address: string; readonly subnet: string };

/** The bridge's own interface as pods need it. Texts of both sides have one spelling. */
export type GatewayWanted = { readonly mtu: number; readonly addresses: ReadonlyArray<OnLink> };

/** The same as the kernel has it. */
export type GatewaySeen = {
  readonly up: boolean;
  readonly mtu: number;
  /** `ours`: this agent gave it. A kernel that keeps no such mark says it of none. */
  readonly addresses: ReadonlyArray<OnLink & { readonly ours: boolean }>;
  /** Networks that the main table reaches on it, without a gateway or with one. */
  readonly routes: ReadonlyArray<string>;
};

/** One difference between the interface that pods need and the one that is there. */
export type GatewayChange =
  /** We gave it for an earlier lease. */
  | { readonly type: 'take'; readonly address: string }
  | { readonly type: 'raise' }
  | { readonly type: 'set-mtu'; readonly mtu: number; readonly now: number }
  | { readonly type: 'give'; readonly address: string }
  /** Somebody else gave it: nothing is missing, and from now on it is ours. */
  | { readonly type: 'claim'; readonly address: string }
  /** The address is there, or is about to be; the route to its network is not. */
  | { readonly type: 'connect'; readonly address: string };

/**
 * In the order in which they are to be made. Addresses go before others come: the kernel takes along the IPv4 addresses that it holds as
 * secondaries of one that goes, and the route to its network, so both are asked for anew. What a change before it brought along is
 * there already when its turn comes: then the kernel says so.
 */
export const gatewayChanges = (wanted: GatewayWanted, seen: GatewaySeen): ReadonlyArray<GatewayChange> => {
  const asked = new Set(wanted.addresses.map(({ address }) => address));
  const earlier = seen.addresses.filter(({ address, ours }) => ours && !asked.has(address));
  const shaken = new Set(earlier.map(({ subnet }) => subnet));
  const held = new Map(seen.addresses.map((one) => [one.address, one]));
  const reached = new Set(seen.routes);
  const stays = ({ address, subnet }: OnLink): boolean => held.has(address) && !shaken.has(subnet);
  return [
    ...earlier.map(({ address }) => ({ type: 'take' as const, address })),
    ...(seen.up ? [] : [{ type: 'raise' as const }]),
    ...(seen.mtu === wanted.mtu ? [] : [{ type: 'set-mtu' as const, mtu: wanted.mtu, now: seen.mtu }]),
    ...wanted.addresses
      .filter((one) => !stays(one))
      .map(({ address }) => ({ type: 'give' as const, address })),
    ...wanted.addresses
      .filter((one) => stays(one) && held.get(one.address)?.ours === false)
      .map(({ address }) => ({ type: 'claim' as const, address })),
    ...wanted.addresses
      .filter(({ address, subnet }) => address !== subnet && (!reached.has(subnet) || shaken.has(subnet)))
      .map(({ address }) => ({ type: 'connect' as const, address })),
  ];
};

/** What a change is about, a plain sentence of the interface; none where nothing was missing. */
export const gatewayDifference = (name: string, change: GatewayChange): string | undefined => {
  switch (change.type) {
    case 'take':
      return `${name} has ${change.address} of an earlier lease`;
    case 'raise':
      return `${name} is down`;
    case 'set-mtu':
      return `${name} has MTU ${change.now} instead of ${change.mtu}`;
    case 'give':
      return `${name} has lost ${change.address}`;
    case 'claim':
      return undefined;
    case 'connect':
      return `the route to the subnet of ${change.address} is missing`;
  }
};
