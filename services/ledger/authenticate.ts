import { either as E } from 'fp-ts';
import type { NotAuthenticated } from '../../domain/port/access.ts';
import type { Sha256 } from '../../domain/port/digest.ts';
import type { Unavailable } from '../../domain/port/event-store.ts';
import type { Passwords } from '../../domain/port/passwords.ts';
import type { CredentialBook, Standing } from './credential-book.ts';
import { openLanes } from './lanes.ts';

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

/** Refusals that are remembered; what held is remembered besides, once for each name. */
const mostRefused = 4096;

/** So many different passwords may wait for their check: of one name that has a credential, and of all others together. Each takes tens of milliseconds and 16 MiB. */
const mostOfOne = 8;
const mostOfStrangers = 64;

/** The lane of names that nobody has; no name is empty. */
const strangers = '';

/** What no secret matches: a name that nobody has is refused in the time that a wrong password takes. */
const nobody = '';

type Found = E.Either<NotAuthenticated | Unavailable, Standing>;

const refused = (reason: string): Found => E.left({ type: 'not-authenticated', reason });
const doesNotHold = refused('user name or password does not hold');
const busy: Found = E.left({
  type: 'unavailable',
  reason: 'too many passwords of this name are being checked: try again',
});

/**
 * Whose credential an `authorization` header holds; on the left, why it holds none. A check is made once for each name, password and credential and
 * remembered by a digest, for as long as the credential stands; refusals as well, until the credentials change. One check is made at a time, and
 * names with a credential take turns, those without one are one lane more: so all with a credential queue, however many they are, and who guesses
 * can fill only the lane of a name that he knows, until that one's own password was checked. Rejects when a check cannot be made.
 */
export const authenticator = (
  { passwords, sha256 }: { readonly passwords: Pick<Passwords, 'make' | 'matches'>; readonly sha256: Sha256 },
  book: Pick<CredentialBook, 'standing'>,
): ((authorization: string) => Promise<Found>) => {
  /** What held, by name, and what did not, by the digest of name and password under a key of this process: with the secret it was compared with. */
  const held = new Map<string, { readonly digest: string; readonly secret: string }>();
  const failed = new Map<string, string>();
  const underWay = new Map<string, Promise<void>>();
  const lanes = openLanes();
  const key = passwords.make();

  const secretOf = (name: string): string => book.standing(name)?.credential.secret ?? nobody;

  const check = async (digest: string, { name, password }: Basic): Promise<void> => {
    const secret = secretOf(name);
    if (await passwords.matches(password, secret)) {
      held.set(name, { digest, secret });
      return;
    }
    if (failed.size >= mostRefused) for (const oldest of failed.keys().take(1)) failed.delete(oldest);
    failed.set(digest, secret);
  };

  const checking = (digest: string, basic: Basic): Promise<void> | undefined => {
    const known = book.standing(basic.name) !== undefined;
    const made = lanes.enter(known ? basic.name : strangers, known ? mostOfOne : mostOfStrangers, () =>
      check(digest, basic),
    );
    const ended = made?.finally(() => underWay.delete(digest));
    if (ended !== undefined) underWay.set(digest, ended);
    return ended;
  };

  return async (authorization) => {
    const basic = parseBasic(authorization);
    if (basic === undefined) return refused('the authorization header is no Basic credential (RFC 7617)');
    const digest = sha256(`${key} ${basic.name}:${basic.password}`);
    for (;;) {
      const standing = book.standing(basic.name);
      const secret = secretOf(basic.name);
      const known = held.get(basic.name);
      if (standing !== undefined && known?.digest === digest && known.secret === secret)
        return E.right(standing);
      if (failed.get(digest) === secret) return doesNotHold;
      const checked = underWay.get(digest) ?? checking(digest, basic);
      if (checked === undefined) return busy;
      await checked;
    }
  };
};
