import { cursorMutants } from './cursors.ts';
import { delegationMutants } from './delegation.ts';
import { eraMutants } from './eras.ts';
import { flowMutants } from './flows.ts';
import { healingMutants } from './healing.ts';
import { identityMutants } from './identities.ts';
import { logMutants } from './logs.ts';
import type { Mutant } from './mutant.ts';
import { poolMutants } from './pools.ts';
import { queueMutants } from './queue.ts';
import { redactionMutants } from './redactions.ts';
import { wiringMutants } from './wiring.ts';

export const mutants: ReadonlyArray<Mutant> = [
  ...logMutants,
  ...identityMutants,
  ...cursorMutants,
  ...eraMutants,
  ...queueMutants,
  ...wiringMutants,
  ...redactionMutants,
  ...flowMutants,
  ...healingMutants,
  ...poolMutants,
  ...delegationMutants,
];
