/** Waiting, as a capability, so that a simulator can own time. */
export type Timer = {
  /** Resolves after `ms` milliseconds, or at once when the signal aborts. Never rejects. */
  readonly sleep: (ms: number, signal?: AbortSignal) => Promise<void>;
  /** Runs `task` every `ms` milliseconds, never overlapping itself, until the returned function is called. */
  readonly every: (ms: number, task: () => Promise<void>) => () => void;
};
