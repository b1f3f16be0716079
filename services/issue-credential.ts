import { either as E, type taskEither as TE } from 'fp-ts';
import { issue, liveCredential } from '../domain/access/credentials.ts';
import type { User } from '../domain/access/user.ts';
import type { Clock } from '../domain/port/clock.ts';
import type { Passwords } from '../domain/port/passwords.ts';
import {
  type ChangeFailure,
  type CredentialPorts,
  changeCredentials,
  readCredentials,
} from './change-credentials.ts';

export type IssuePorts = CredentialPorts & {
  readonly passwords: Pick<Passwords, 'make' | 'hash'>;
  readonly clock: Pick<Clock, 'now'>;
};

/** Somebody's credential with a password that he brings, or a new one, which is given back and kept nowhere. */
export const issueCredential =
  (
    ports: IssuePorts,
    path: string,
    user: User,
    brought?: string,
  ): TE.TaskEither<ChangeFailure, { readonly password: string; readonly issuedAt: string }> =>
  async () => {
    const password = brought ?? ports.passwords.make();
    const known = await readCredentials(ports, path)();
    if (E.isLeft(known)) return known;
    // Before a second is spent on a digest; the change itself looks again.
    if (liveCredential(known.right, user.name) !== undefined)
      return E.left({ type: 'name-taken', name: user.name });
    const issuedAt = ports.clock.now();
    const credential = { user, secret: await ports.passwords.hash(password), issuedAt };
    const issued = await changeCredentials(ports, path, (credentials) => issue(credentials, credential))();
    return E.isLeft(issued) ? issued : E.right({ password, issuedAt });
  };

/** What an EventStoreDB client is given; secrets that we make need no escaping, others may. `caFile`: as it is named where the client runs. */
export const connectionString = (
  name: string,
  password: string,
  address: string,
  caFile?: string,
): string => {
  const trust = caFile === undefined ? '' : `&tlsCAFile=${encodeURIComponent(caFile).replaceAll('%2F', '/')}`;
  return `esdb://${encodeURIComponent(name)}:${encodeURIComponent(password)}@${address}?tls=true${trust}`;
};
