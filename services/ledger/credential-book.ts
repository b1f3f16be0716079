import { either as E } from 'fp-ts';
import {
  type Credential,
  type Credentials,
  liveCredential,
  parseCredentials,
} from '../../domain/access/credentials.ts';
import type { Files } from '../../domain/port/files.ts';
import type { Log } from '../../domain/port/log.ts';
import type { Timer } from '../../domain/port/timer.ts';

/** A live credential, for as long as it lives. */
export type Standing = { readonly credential: Credential; readonly revoked: AbortSignal };

/** The credentials file as it is now, looked at twice a second: whoever is revoked is out within a second. */
export type CredentialBook = {
  readonly standing: (name: string) => Standing | undefined;
  /** Why the last good file counts, and not the present one; `undefined` when all is well. */
  readonly fault: () => string | undefined;
  readonly close: () => void;
};

const lookMs = 500;

type Held = Standing & { readonly end: AbortController };

const begin = (credential: Credential): Held => {
  const end = new AbortController();
  return { credential, end, revoked: end.signal };
};

/** `liveCredential` gives them as the codec read them: keys in one order. */
const isSame = (one: Credential, other: Credential): boolean =>
  one.secret === other.secret && JSON.stringify(one.user) === JSON.stringify(other.user);

/** A damaged or missing file keeps the last good one; at the start there must be a good one. */
export const openCredentialBook = async (
  {
    files,
    timer,
    log,
  }: { readonly files: Pick<Files, 'read'>; readonly timer: Pick<Timer, 'every'>; readonly log: Log },
  path: string,
): Promise<CredentialBook> => {
  const held = new Map<string, Held>();
  let text: string | undefined;
  let fault: string | undefined;

  const take = (credentials: Credentials): void => {
    for (const [name, { credential, end }] of held) {
      const live = liveCredential(credentials, name);
      // Issued again, or with another role, it is another credential, though the name is the same.
      if (live !== undefined && isSame(live, credential)) continue;
      held.delete(name);
      end.abort();
      log.info('a credential ended', { user: name });
    }
    for (const credential of credentials)
      if (credential.revokedAt === undefined && !held.has(credential.user.name))
        held.set(credential.user.name, begin(credential));
  };

  const read = async (): Promise<E.Either<string, string>> => {
    const found = await files.read(path)();
    if (E.isLeft(found)) return E.left(found.left.reason);
    return found.right === undefined ? E.left('the file is not there') : E.right(found.right);
  };

  const look = async (): Promise<void> => {
    const found = await read();
    if (E.isRight(found) && found.right === text && fault === undefined) return;
    const parsed = E.flatMap(parseCredentials)(found);
    if (E.isRight(parsed)) {
      take(parsed.right);
      text = E.isRight(found) ? found.right : text;
      if (fault !== undefined) log.info('the credentials can be read again', { path });
      fault = undefined;
    } else if (fault !== parsed.left) {
      fault = parsed.left;
      log.error('the credentials cannot be read; those read before count', {
        path,
        reason: fault,
        remedy: 'restore the file from a copy; evioctl credential list says whether it can be read',
      });
    }
  };

  await look();
  return { standing: (name) => held.get(name), fault: () => fault, close: timer.every(lookMs, look) };
};
