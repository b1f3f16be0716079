import { either as E, type taskEither as TE } from 'fp-ts';
import {
  type CredentialFailure,
  type Credentials,
  credentialsText,
  parseCredentials,
} from '../domain/access/credentials.ts';
import type { Files, FilesFailure } from '../domain/port/files.ts';
import type { Exclusively, Occupied } from '../domain/port/passwords.ts';

/** The file is there and is no credentials file: it is left alone. */
export type CredentialsUnreadable = {
  readonly type: 'credentials-unreadable';
  readonly path: string;
  readonly reason: string;
};

export type ChangeFailure = CredentialFailure | CredentialsUnreadable | FilesFailure | Occupied;

export type CredentialPorts = {
  readonly files: Pick<Files, 'read' | 'write'>;
  readonly exclusively: Exclusively;
};

export const readCredentials =
  (
    { files }: Pick<CredentialPorts, 'files'>,
    path: string,
  ): TE.TaskEither<CredentialsUnreadable | FilesFailure, Credentials> =>
  async () => {
    const text = await files.read(path)();
    if (E.isLeft(text)) return text;
    const parsed = parseCredentials(text.right);
    return E.isLeft(parsed) ? E.left({ type: 'credentials-unreadable', path, reason: parsed.left }) : parsed;
  };

/** Reads, changes and replaces the file while nobody else does. A refused change leaves it as it was. */
export const changeCredentials = (
  ports: CredentialPorts,
  path: string,
  change: (credentials: Credentials) => E.Either<CredentialFailure, Credentials>,
): TE.TaskEither<ChangeFailure, Credentials> =>
  ports.exclusively<Exclude<ChangeFailure, Occupied>, Credentials>(path, async () => {
    const credentials = await readCredentials(ports, path)();
    if (E.isLeft(credentials)) return credentials;
    const changed = change(credentials.right);
    if (E.isLeft(changed)) return changed;
    const written = await ports.files.write(path, credentialsText(changed.right), 0o600)();
    return E.isLeft(written) ? written : changed;
  });

/** The one place where such a failure becomes words. */
export const describeChangeFailure = (
  failure: ChangeFailure,
): { readonly msg: string; readonly remedy: string } => {
  switch (failure.type) {
    case 'name-taken':
      return {
        msg: `${failure.name} has a credential`,
        remedy: `evioctl credential revoke ${failure.name}, or issue it under another name`,
      };
    case 'no-credential':
      return {
        msg: `there is no live credential of ${failure.name}`,
        remedy:
          failure.meant === undefined
            ? 'evioctl credential list shows them'
            : `did you mean ${failure.meant}?`,
      };
    case 'credentials-unreadable':
      return {
        msg: `the credentials ${failure.path} cannot be read: ${failure.reason}`,
        remedy:
          'restore the file from a copy, or take it away and issue all credentials again; it was left alone',
      };
    case 'occupied':
      return { msg: `the credentials ${failure.path} are in use: ${failure.reason}`, remedy: 'try again' };
    case 'file-failed':
      return {
        msg: `${failure.path}: ${failure.reason}`,
        remedy: 'is its folder there, and space on the disk? run as the user of the log',
      };
  }
};
