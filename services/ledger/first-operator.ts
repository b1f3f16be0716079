import { dirname, join } from 'node:path';
import { either as E } from 'fp-ts';
import type { Log } from '../../domain/port/log.ts';
import type { ChangeFailure } from '../change-credentials.ts';
import { type IssuePorts, issueCredential } from '../issue-credential.ts';

export const firstOperator = 'admin';

/**
 * Makes an operator's credential where there is no credentials file yet. Its password goes into a file beside, for root alone, first: a start
 * that is interrupted in between takes it from there.
 */
export const ensureFirstOperator = async (
  ports: IssuePorts & { readonly log: Log },
  path: string,
): Promise<E.Either<ChangeFailure, undefined>> => {
  const { files, passwords, log } = ports;
  const there = await files.read(path)();
  if (E.isLeft(there) || there.right !== undefined) return E.map(() => undefined)(there);
  const passwordFile = join(dirname(path), `${firstOperator}.password`);
  const left = await files.read(passwordFile)();
  if (E.isLeft(left)) return left;
  const password = left.right?.trim() || passwords.make();
  const written = await files.write(passwordFile, `${password}\n`, 0o600)();
  if (E.isLeft(written)) return written;
  const issued = await issueCredential(ports, path, { name: firstOperator, role: 'operator' }, password)();
  if (E.isLeft(issued)) return issued;
  log.info('made the first credential', {
    user: firstOperator,
    role: 'operator',
    passwordFile,
    next: 'keep the password elsewhere and remove the file; evioctl credential issues others',
  });
  return E.right(undefined);
};
