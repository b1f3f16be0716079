import { either as E } from 'fp-ts';
import * as t from 'io-ts';
import { suggestion } from '../suggestion.ts';
import { User } from './user.ts';

/*
 * The credentials file: these shapes and names are a storage format. Keys that may be absent are free.
 */

/** What is kept of an issued secret. A revoked one stays, for whoever asks later who could do what. */
const Credential = t.exact(
  t.intersection([
    t.type({
      user: User,
      /** As `domain/port/passwords.ts` makes it. */
      secret: t.string,
      /** RFC 3339 UTC. */
      issuedAt: t.string,
    }),
    t.partial({ revokedAt: t.string }),
  ]),
);
export type Credential = t.TypeOf<typeof Credential>;

const CredentialsFile = t.strict({ version: t.literal(1), credentials: t.readonlyArray(Credential) });

export type Credentials = ReadonlyArray<Credential>;

export type CredentialFailure =
  | { readonly type: 'name-taken'; readonly name: string }
  | { readonly type: 'no-credential'; readonly name: string; readonly meant: string | undefined };

/** The file's text as credentials; on the left, why it is no such file. No file is no credentials. */
export const parseCredentials = (text: string | undefined): E.Either<string, Credentials> => {
  if (text === undefined) return E.right([]);
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return E.left('it is not JSON');
  }
  const decoded = CredentialsFile.decode(json);
  if (E.isRight(decoded)) return E.right(decoded.right.credentials);
  const keys = decoded.left.map(({ context }) => context.flatMap(({ key }) => key || []).join('.'));
  return E.left(`it is no credentials file: ${[...new Set(keys)].slice(0, 3).join(', ')}`);
};

export const credentialsText = (credentials: Credentials): string =>
  `${JSON.stringify(CredentialsFile.encode({ version: 1, credentials }), undefined, 2)}\n`;

/** The one that counts now. */
export const liveCredential = (credentials: Credentials, name: string): Credential | undefined =>
  credentials.find(({ user, revokedAt }) => user.name === name && revokedAt === undefined);

export const issue = (
  credentials: Credentials,
  credential: Credential,
): E.Either<CredentialFailure, Credentials> =>
  liveCredential(credentials, credential.user.name) === undefined
    ? E.right([...credentials, credential])
    : E.left({ type: 'name-taken', name: credential.user.name });

export const revoke = (
  credentials: Credentials,
  name: string,
  revokedAt: string,
): E.Either<CredentialFailure, Credentials> => {
  const live = liveCredential(credentials, name);
  const names = credentials.filter((one) => one.revokedAt === undefined).map(({ user }) => user.name);
  return live === undefined
    ? E.left({ type: 'no-credential', name, meant: suggestion(names, name) })
    : E.right(credentials.map((one) => (one === live ? { ...one, revokedAt } : one)));
};
