/** The time since the machine booted, which neither a set clock nor sleep of the machine stops or turns back. */
export type BootClock = {
  /** Of this boot: what was measured in another one means nothing in it. */
  readonly bootId: string;
  /** Milliseconds; the time that the machine slept counts. */
  readonly sinceBootMs: () => number;
};
