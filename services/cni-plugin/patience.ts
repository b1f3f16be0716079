import type { Verb } from '../../domain/cni/version.ts';
import { type RetryPolicy, retryFor } from '../../domain/retry-policy.ts';

/** How long a verb waits for the agent. */
export type Patience = {
  readonly retry: RetryPolicy;
  /** For one whole answer, from connecting on. */
  readonly answerTimeoutMs: number;
};

/**
 * Runtimes give a pod's set-up minutes, and an agent restarts in seconds. STATUS is asked every few seconds and must not
 * keep the runtime waiting. A DEL need not wait for its agent: three seconds see most restarts through, so that its answer
 * is the agent's own; what takes longer is left in the queue, for the runtime holds its locks on the pod meanwhile. Nor does it
 * harm to give up on an agent that is only slow: it finds nothing left to do when it comes to the queued one.
 */
const thorough: Patience = { retry: retryFor(15_000), answerTimeoutMs: 30_000 };
const brief: Patience = { retry: retryFor(1_000), answerTimeoutMs: 2_000 };
const queueable: Patience = { retry: retryFor(3_000), answerTimeoutMs: 10_000 };

export const patienceFor = (verb: Verb): Patience => {
  if (verb === 'STATUS') return brief;
  return verb === 'DEL' ? queueable : thorough;
};

/** An agent that drains the queue serves in a moment: it is asked again, for so long from the first question on. */
export const whileDraining: Patience = { retry: retryFor(500), answerTimeoutMs: 10_000 };
export const longestDrainMs = 15_000;
