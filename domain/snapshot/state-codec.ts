/**
 * How a state outlives its program. The text must give back a state that equals the one that went in and behaves as it would have
 * under every event and command to come: a snapshot may change nothing but time.
 */
export type StateCodec<State> = {
  /** What is kept; it becomes a file's name: lower-case letters and hyphens. */
  readonly name: string;
  /** At once: the state may change with the next event. */
  readonly encode: (state: State) => string;
  /** `undefined`: not a text that `encode` makes. */
  readonly decode: (text: string) => State | undefined;
};
