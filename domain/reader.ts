/*
 * Programs by the events that they can read. An event version belongs to the first generation that reads it, and is written
 * only once `ClusterConfigured.minReader` says that no older program reads this cluster's events.
 *
 * 1  everything written from the start
 * 2  PodAdded version 2
 * 3  PayloadRedacted, EraClosed, EraOpened
 * 4  PodAdded version 3, PodDeleted version 2, EraOpened version 2; PoolConfigured, AddressesAllocated, AddressesReleased
 * 5  LogRestored, LeasingResumed
 * 6  NodeAttested, IncarnationReplaced, IncarnationContinued; SubnetRequested, SubnetRetired; LeasePresented, NodePresented, RequestRefused
 * 7  LeaseRenewed; leases with a TTL (`leaseTtlSeconds`), and `SubnetReleased.heardAt`
 */
export const firstReader = 1;
export const newestReader = 7;
