/** What one server takes upon itself. */
export type WireLimits = {
  /** Open connections. */
  readonly connections: number;
  /** Calls under way on one connection, subscriptions included. */
  readonly callsPerConnection: number;
  /** Bytes of one append: what its events hold, and a little for each of them. */
  readonly appendBytes: number;
  /** Events of one append: the log is written by one at a time. */
  readonly appendEvents: number;
  /** Bytes that one connection's calls hold of requests that are not done yet. */
  readonly uploadBytes: number;
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
  appendEvents: 10_000,
  uploadBytes: 48 * 1024 * 1024,
  messageBytes: 16 * 1024 * 1024,
  stuckMs: 120_000,
  vanishedMs: 60_000,
};
