import type { Mutant } from '../../mutants/mutant.ts';
import type { ClusterSeams } from '../seams.ts';

export type ClusterMutant = Mutant<ClusterSeams>;
