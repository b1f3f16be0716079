import { option as O } from 'fp-ts';
import { jittered, type RetryPolicy, retryFor } from '../../domain/retry-policy.ts';
import type { LedgerFailure } from './ledger-words.ts';

/** Long enough that a thousand nodes do not burden who returns, short enough that nobody misses them. */
const patiently = retryFor(Number.POSITIVE_INFINITY, 5_000);

/** A credential comes by hand. */
const forAPerson: RetryPolicy = () => O.some(20_000);

/** Pure: how long a node waits before it asks its ledger again; nodes that are refused at once do not come back at once. */
export const patienceMs = ({ type }: Pick<LedgerFailure, 'type'>, tries: number, chance: number): number =>
  O.getOrElse(() => 0)(jittered(type === 'denied' ? forAPerson : patiently, chance)({ tries, elapsedMs: 0 }));
