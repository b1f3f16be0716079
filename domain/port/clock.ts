/** The wall clock, as RFC 3339 in UTC with milliseconds (`2026-11-21T03:36:14.123Z`). It decides nothing inside a host stream. */
export type Clock = {
  readonly now: () => string;
  /** Milliseconds on a clock that never goes backwards; only differences mean anything. */
  readonly monotonicMs: () => number;
};
