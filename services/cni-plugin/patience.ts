import type { Verb } from '../../domain/cni/version.ts';
import { type RetryPolicy, retryFor } from './retry-policy.ts';

/** How long a verb waits for the agent. */
export type Patience = {
  readonly retry: RetryPolicy;
  /** For one whole answer, from connecting on. */
  readonly answerTimeoutMs: number;
};

/**
 * Runtimes give a pod's set-up minutes, and an agent restarts in seconds. STATUS is asked every few seconds and must not
 * keep the runtime waiting.
 */
const thorough: Patience = { retry: retryFor(15_000), answerTimeoutMs: 30_000 };
const brief: Patience = { retry: retryFor(1_000), answerTimeoutMs: 2_000 };

export const patienceFor = (verb: Verb): Patience => (verb === 'STATUS' ? brief : thorough);
