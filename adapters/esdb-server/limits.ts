/** What one server takes upon itself. */
export type WireLimits = {
  /** Open connections. */
  readonly connections: number;
  /** Calls under way on one connection, subscriptions included. */
  readonly callsPerConnection: number;
  /** Bytes of data and metadata of one append. */
  readonly appendBytes: number;
  /** Bytes of one message of a request. */
  readonly messageBytes: number;
  /** A reader that takes nothing for so long is ended. */
  readonly stuckMs: number;
  /** A connection whose other end answers nothing for so long is dropped. */
  readonly vanishedMs: number;
};

/** The append is EventStoreDB's; a message is larger, so that an append over its limit can be told so. */
export const defaultLimits: WireLimits = {
  connections: 1000,
  callsPerConnection: 1000,
  appendBytes: 1024 * 1024,
  messageBytes: 16 * 1024 * 1024,
  stuckMs: 120_000,
  vanishedMs: 60_000,
};
