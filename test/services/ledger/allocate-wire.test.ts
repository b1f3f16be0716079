import { allocateContract } from '../../contract/allocate.ts';
import { openServed } from '../../support/wire.ts';

allocateContract('esdb', openServed);
