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
  /** Bytes of pages that one connection's readers have not taken yet, and those of all connections. */
  readonly pageBytes: number;
  readonly allPageBytes: number;
  /** Bytes of one message of a request. */
  readonly messageBytes: number;
  /** A reader that takes nothing for so long is ended. */
  readonly stuckMs: number;
  /** A connection whose other end answers nothing for so long is dropped. */
  readonly vanishedMs: number;
  /** A connection on which nobody's credential has held for so long is dropped. */
  readonly unknownMs: number;
};

/** The append is EventStoreDB's; a message is larger, so that an append over its limit can be told so. */
export const defaultLimits: WireLimits = {
  connections: 1000,
  callsPerConnection: 100,
  appendBytes: 1024 * 1024,
  appendEvents: 10_000,
  uploadBytes: 48 * 1024 * 1024,
  pageBytes: 64 * 1024 * 1024,
  allPageBytes: 512 * 1024 * 1024,
  messageBytes: 16 * 1024 * 1024,
  stuckMs: 120_000,
  vanishedMs: 60_000,
  unknownMs: 30_000,
};

type OpenPages = { readonly each: number; readonly all: number };

/**
 * How many pages may be open: of one connection's readers, and of all. A reader keeps its page while its client takes nothing, and that may
 * wait for what it reads meanwhile over the same connection. So subscriptions leave an eighth
 * to readings, and readings leave an eighth to pages of one event, which leave at once and wait for nothing: these a reading has that finds no other
 * (`read/page-leave.ts`). One of each is always open.
 */
export const openPages = (
  limits: WireLimits,
): Readonly<Record<'subscriptions' | 'readings' | 'singles', OpenPages>> => {
  const ofSize = (bytes: number, share: number): OpenPages => ({
    each: Math.max(1, Math.floor((share * limits.pageBytes) / bytes)),
    all: Math.max(1, Math.floor((share * limits.allPageBytes) / bytes)),
  });
  // A page has a mebibyte of text and an event more, in strings of two bytes a character.
  const page = 2 * (2 ** 20 + limits.appendBytes);
  return {
    subscriptions: ofSize(page, 3 / 4),
    readings: ofSize(page, 1 / 8),
    singles: ofSize(2 * limits.appendBytes, 1 / 8),
  };
};
