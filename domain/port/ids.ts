/** UUIDs, as a capability: random ones are never made inside a decision. */
export type Ids = {
  /** A random UUID (RFC 9562 version 4). */
  readonly random: () => string;
  /** The UUID that `name` always has inside the namespace `within` (RFC 9562 version 5). */
  readonly derive: (within: string, name: string) => string;
};
