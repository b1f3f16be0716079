import * as late from 'evio:runtime';
import type { RunDelegate } from '../../domain/port/delegate.ts';
import type { runDelegate as runner } from './run-delegate.ts';

/*
 * Modules that a plain ADD does without, in bytecode of their own: the runtime reads all that is in its main bytecode when it
 * starts, and that is what a start costs.
 */

/** The module `services/cni-plugin/via-delegate.ts`, whose type the caller knows. */
export const loadDelegation = <Delegation>(): Delegation => late.loadDelegation() as Delegation;

export const runDelegate: RunDelegate = (run, giveUp) => {
  const loaded = late.loadRunDelegate() as { readonly runDelegate: typeof runner };
  return loaded.runDelegate(run, giveUp);
};
