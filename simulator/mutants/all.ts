import { cursorMutants } from './cursors.ts';
import { identityMutants } from './identities.ts';
import { logMutants } from './logs.ts';
import type { Mutant } from './mutant.ts';
import { queueMutants } from './queue.ts';
import { wiringMutants } from './wiring.ts';

export const mutants: ReadonlyArray<Mutant> = [
  ...logMutants,
  ...identityMutants,
  ...cursorMutants,
  ...queueMutants,
  ...wiringMutants,
];
