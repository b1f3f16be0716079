import type { taskEither as TE } from 'fp-ts';
import type { Unavailable } from './event-store.ts';

/** Who may do what with the log, as a server of the log asks for each call. */
export type Access = {
  /**
   * Whose call it is, from the text of its `authorization` header (RFC 7617: `Basic …`), which is absent where a caller says nothing of
   * himself. Called for each call: known credentials are answered within microseconds. `Unavailable`: it cannot be said now, and may
   * be a moment later.
   */
  readonly authenticate: (
    authorization: string | undefined,
  ) => TE.TaskEither<NotAuthenticated | Unavailable, Caller>;
};

/** Somebody whose credential held, or nobody in particular where nobody has to have one. */
export type Caller = {
  /** For log lines; `anonymous` where there is no credential. */
  readonly name: string;
  /** Whether he may do this now. */
  readonly may: (wanted: WantedAccess) => TE.TaskEither<AccessDenied, void>;
  /** Aborts within a second of the credential being revoked: his open calls end. */
  readonly revoked: AbortSignal;
};

/**
 * What a call is about to do. `stream` is the stream that it concerns: reading or appending to `$$orders` is reading or writing the
 * metadata of `orders`.
 */
export type WantedAccess =
  /** All streams at once: `$all`. */
  { readonly action: 'read-all' } | { readonly action: StreamAction; readonly stream: string };

export type StreamAction = 'read' | 'append' | 'read-metadata' | 'write-metadata' | 'delete' | 'tombstone';

/** No credential where one is needed, or one that does not hold. `reason` is for the caller: it says nothing of what would have held. */
export type NotAuthenticated = { readonly type: 'not-authenticated'; readonly reason: string };

/** The reason names caller, action and stream, and what to do. */
export type AccessDenied = { readonly type: 'access-denied'; readonly reason: string };
