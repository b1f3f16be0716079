/** What the last reconciliation found. */
export type Readiness = {
  /** Why the agent cannot serve an ADD now, in words; none when it can. */
  reasons: ReadonlyArray<string>;
  /** Live links of ours that the log does not know: their pods may hold addresses. `undefined` until it was looked. */
  unadopted: ReadonlyArray<string> | undefined;
  /** Why pods would have no way out although they could be wired: forwarding or masquerade could not be set. */
  halted: string | undefined;
  /** Attached pods whose host-side link is gone: there is nothing to plug in until their DEL comes. */
  linkless: ReadonlySet<string>;
  /** Ports that the switch did not take back; tried again at the next sweep, not at each of its changes. */
  unpluggable: ReadonlySet<string>;
  /** Each port's number as its flows name it: another number calls for other flows. */
  ofports: ReadonlyMap<string, number>;
};

export const unknownReadiness = (reason: string): Readiness => ({
  reasons: [reason],
  unadopted: undefined,
  halted: undefined,
  linkless: new Set(),
  unpluggable: new Set(),
  ofports: new Map(),
});
