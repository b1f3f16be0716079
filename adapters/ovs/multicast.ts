/**
 * Multicast snooping spares the ports that are not ours (tunnels above all) what nobody behind them asked for. Our own
 * ports and the bridge's local one get all of it, as IPv6 needs: a neighbour is asked for at its solicited-node group
 * (RFC 4291, section 2.7.1), whose members share 24 bits of their addresses. A member that reported before its port was
 * plugged in, or whose report has aged (no querier renews it), would otherwise not be found once another is registered.
 */
export const portMulticast = { 'mcast-snooping-flood': 'true' } as const;

/** Groups that nobody reported go to every port. */
export const bridgeMulticast = { 'mcast-snooping-disable-flood-unregistered': 'false' } as const;
