import type { taskEither as TE } from 'fp-ts';
import type { FilesFailure } from './files.ts';

/** Secrets, as a capability: making them takes randomness, checking them takes time on purpose. */
export type Passwords = {
  /** A new secret of 256 random bits that needs no escaping in a URL. */
  readonly make: () => string;
  /** A text to keep in place of the password: parameters, salt and digest. It does not say the password, and no two are alike. */
  readonly hash: (password: string) => Promise<string>;
  /** Whether the text was made of this password. Takes as long for a text that nobody made. */
  readonly matches: (password: string, hashed: string) => Promise<boolean>;
};

/** At most one process at a time, by a lock beside the file of that name; it ends with whoever holds it. */
export type Exclusively = <Failure, A>(
  path: string,
  run: TE.TaskEither<Failure, A>,
) => TE.TaskEither<Failure | FilesFailure | Occupied, A>;

/** Somebody else has had the lock for seconds, or there is none to be had. */
export type Occupied = { readonly type: 'occupied'; readonly path: string; readonly reason: string };
