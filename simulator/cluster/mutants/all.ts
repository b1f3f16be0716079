import { allocatorMutants } from './allocators.ts';
import type { ClusterMutant } from './mutant.ts';
import { ownLogMutants } from './own-logs.ts';
import { replicaMutants } from './replicas.ts';
import { shippingMutants } from './shipping.ts';

export const clusterMutants: ReadonlyArray<ClusterMutant> = [
  ...shippingMutants,
  ...replicaMutants,
  ...ownLogMutants,
  ...allocatorMutants,
];
