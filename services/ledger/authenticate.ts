import { either as E } from 'fp-ts';
import type { Sha256 } from '../../domain/port/digest.ts';
import type { Passwords } from '../../domain/port/passwords.ts';
import type { CredentialBook, Standing } from './credential-book.ts';

type Basic = { readonly name: string; readonly password: string };

/** RFC 7617: the user name ends with the first colon. */
const parseBasic = (authorization: string): Basic | undefined => {
  const [, encoded = ''] = /^Basic +([\w+/=-]+) *$/i.exec(authorization) ?? [];
  const text = new TextDecoder().decode(Uint8Array.from(bytesOf(encoded)));
  const colon = text.indexOf(':');
  return colon < 1 ? undefined : { name: text.slice(0, colon), password: text.slice(colon + 1) };
};

const bytesOf = (encoded: string): Iterable<number> => {
  try {
    return Array.from(atob(encoded.replaceAll('-', '+').replaceAll('_', '/')), (one) => one.charCodeAt(0));
  } catch {
    return [];
  }
};

/** So many that were checked are remembered, and so many may wait for their check: each takes tens of milliseconds and 16 MiB. */
const mostRemembered = 4096;
const mostWaiting = 64;

/** What no secret matches: a name that nobody has is refused in the time that a wrong password takes. */
const nobody = '';

/**
 * Whose credential an `authorization` header holds; on the left, why it holds none. A check is made once for each header and credential and
 * remembered by a digest, for as long as the credential stands; refusals as well, until the credentials change. One check is made at a time.
 */
export const authenticator = (
  { passwords, sha256 }: { readonly passwords: Pick<Passwords, 'make' | 'matches'>; readonly sha256: Sha256 },
  book: Pick<CredentialBook, 'standing'>,
): ((authorization: string) => Promise<E.Either<string, Standing>>) => {
  /** The secret that was compared with, and whether it matched, by the digest of the header under a key of this process. */
  const checked = new Map<string, { readonly secret: string; readonly matched: boolean }>();
  const underWay = new Map<string, Promise<void>>();
  const key = passwords.make();
  let last: Promise<void> = Promise.resolve();

  const check = async (digest: string, password: string, secret: string): Promise<void> => {
    const matched = await passwords.matches(password, secret);
    if (checked.size >= mostRemembered) for (const oldest of checked.keys().take(1)) checked.delete(oldest);
    checked.set(digest, { secret, matched });
  };

  return async (authorization) => {
    const basic = parseBasic(authorization);
    if (basic === undefined) return E.left('the authorization header is no Basic credential (RFC 7617)');
    const secretNow = (): string => book.standing(basic.name)?.credential.secret ?? nobody;
    const digest = sha256(`${key} ${authorization}`);
    while (checked.get(digest)?.secret !== secretNow()) {
      if (!underWay.has(digest)) {
        if (underWay.size >= mostWaiting) return E.left('too many credentials are being checked: try again');
        last = last
          .then(() => check(digest, basic.password, secretNow()))
          .finally(() => underWay.delete(digest));
        underWay.set(digest, last);
      }
      await underWay.get(digest);
    }
    const standing = book.standing(basic.name);
    return checked.get(digest)?.matched === true && standing !== undefined
      ? E.right(standing)
      : E.left('user name or password does not hold');
  };
};
