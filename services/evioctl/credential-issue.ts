import { InvalidArgumentError } from 'commander';
import { either as E, type taskEither as TE } from 'fp-ts';
import { isUserName, type Role, type User } from '../../domain/access/user.ts';
import type { ClusterName } from '../../domain/identity/cluster-name.ts';
import type { NodeName } from '../../domain/identity/node-name.ts';
import { type ChangeFailure, describeChangeFailure } from '../change-credentials.ts';
import type { credentialsPath } from '../ledger/options.ts';
import { addressText, listenAddress } from '../listen-address.ts';
import type { Context } from './context.ts';

export type Where = Parameters<typeof credentialsPath>[0];

export const userName = (text: string): string => {
  if (isUserName(text)) return text;
  throw new InvalidArgumentError('letters, digits and . _ @ - between them, at most 64.');
};

/** It stands in a URL. */
export const serverAddress = (text: string): string => {
  const address = listenAddress(2113)(text);
  if (/^[a-z0-9.-]+$/i.test(address.host) || address.host.includes(':')) return addressText(address);
  throw new InvalidArgumentError('HOST:PORT, such as ledger.example:2113.');
};

export type IssueOptions = Where & {
  readonly role: Role;
  readonly node?: NodeName;
  readonly cluster?: ClusterName;
  readonly passwordFile?: string;
  readonly address: string;
  readonly tlsCaFile?: string;
};

/** On the left, what is missing or too much. */
export const userOf = (name: string, { role, node, cluster }: IssueOptions): E.Either<string, User> => {
  if (role !== 'node')
    return node === undefined && cluster === undefined
      ? E.right({ name, role })
      : E.left('--node and --cluster belong to --role node');
  return node === undefined || cluster === undefined
    ? E.left('--role node needs --node NAME and --cluster NAME: whose host streams it may write')
    : E.right({ name, role, node, cluster });
};

const shortest = 12;

export type Unfit = { readonly type: 'unfit-password'; readonly path: string };

export const passwordFrom =
  ({ files }: Pick<Context, 'files'>, path: string): TE.TaskEither<ChangeFailure | Unfit, string> =>
  async () => {
    const read = await files.read(path)();
    if (E.isLeft(read)) return read;
    const password = read.right?.replace(/\r?\n$/, '') ?? '';
    return password.length >= shortest && !/[\r\n]/.test(password)
      ? E.right(password)
      : E.left({ type: 'unfit-password', path });
  };

export const wordsOf = (failure: ChangeFailure | Unfit): { readonly msg: string; readonly remedy: string } =>
  failure.type === 'unfit-password'
    ? {
        msg: `${failure.path} holds no password of one line and at least ${shortest} characters`,
        remedy: 'write one there, or leave --password-file out and have one made',
      }
    : describeChangeFailure(failure);
