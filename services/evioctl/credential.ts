import { InvalidArgumentError, Option } from 'commander';
import { either as E, taskEither as TE } from 'fp-ts';
import { type Credentials, revoke } from '../../domain/access/credentials.ts';
import { isUserName, type Role, roles, type User } from '../../domain/access/user.ts';
import type { ClusterName } from '../../domain/identity/cluster-name.ts';
import type { NodeName } from '../../domain/identity/node-name.ts';
import {
  type ChangeFailure,
  changeCredentials,
  describeChangeFailure,
  readCredentials,
} from '../change-credentials.ts';
import { connectionString, issueCredential } from '../issue-credential.ts';
import { credentialsPath } from '../ledger/options.ts';
import { addressText, listenAddress } from '../listen-address.ts';
import { clusterName, nodeName } from '../node-options.ts';
import { columns } from './columns.ts';
import type { AddCommand, Context } from './context.ts';
import { addCredentialsOptions } from './credentials-option.ts';
import { exitCodes } from './exit-code.ts';
import { type Answer, printAnswer } from './print-answer.ts';
import { printFailure } from './terminal.ts';

type Where = Parameters<typeof credentialsPath>[0];

const userName = (text: string): string => {
  if (isUserName(text)) return text;
  throw new InvalidArgumentError('letters, digits and . _ @ - between them, at most 64.');
};

/** It stands in a URL. */
const serverAddress = (text: string): string => {
  const address = listenAddress(2113)(text);
  if (/^[a-z0-9.-]+$/i.test(address.host) || address.host.includes(':')) return addressText(address);
  throw new InvalidArgumentError('HOST:PORT, such as ledger.example:2113.');
};

type IssueOptions = Where & {
  readonly role: Role;
  readonly node?: NodeName;
  readonly cluster?: ClusterName;
  readonly passwordFile?: string;
  readonly address: string;
  readonly tlsCaFile?: string;
};

/** On the left, what is missing or too much. */
const userOf = (name: string, { role, node, cluster }: IssueOptions): E.Either<string, User> => {
  if (role !== 'node')
    return node === undefined && cluster === undefined
      ? E.right({ name, role })
      : E.left('--node and --cluster belong to --role node');
  return node === undefined || cluster === undefined
    ? E.left('--role node needs --node NAME and --cluster NAME: whose host streams it may write')
    : E.right({ name, role, node, cluster });
};

const shortest = 12;

type Unfit = { readonly type: 'unfit-password'; readonly path: string };

const passwordFrom =
  ({ files }: Pick<Context, 'files'>, path: string): TE.TaskEither<ChangeFailure | Unfit, string> =>
  async () => {
    const read = await files.read(path)();
    if (E.isLeft(read)) return read;
    const password = read.right?.replace(/\r?\n$/, '') ?? '';
    return password.length >= shortest && !/[\r\n]/.test(password)
      ? E.right(password)
      : E.left({ type: 'unfit-password', path });
  };

const rowsOf = (credentials: Credentials) =>
  credentials.map(({ user, issuedAt, revokedAt }) => ({
    ...user,
    issuedAt,
    ...(revokedAt && { revokedAt }),
  }));

const listWords = (rows: ReturnType<typeof rowsOf>): string =>
  rows.length === 0
    ? 'no credentials'
    : columns(
        ['NAME', 'ROLE', 'OF', 'ISSUED', 'REVOKED'],
        rows.map((row) => [
          row.name,
          row.role,
          row.role === 'node' ? `${row.node} in ${row.cluster}` : '',
          row.issuedAt,
          row.revokedAt ?? '',
        ]),
      );

const wordsOf = (failure: ChangeFailure | Unfit): { readonly msg: string; readonly remedy: string } =>
  failure.type === 'unfit-password'
    ? {
        msg: `${failure.path} holds no password of one line and at least ${shortest} characters`,
        remedy: 'write one there, or leave --password-file out and have one made',
      }
    : describeChangeFailure(failure);

/** `evioctl credential`: who may use evio-ledger. It writes the file that the running server watches. */
export const addCredential: AddCommand = (program, context) => {
  const print = async (answer: TE.TaskEither<ChangeFailure | Unfit, Answer>): Promise<void> => {
    const answered = await answer();
    if (E.isRight(answered)) return printAnswer(context.terminal(), answered.right);
    printFailure(context.terminal(), { type: 'refused', ...wordsOf(answered.left) });
    process.exitCode = exitCodes.refused;
  };
  const credential = program
    .command('credential')
    .description('who may use a log that evio-ledger serves; a running server takes changes within a second')
    .addHelpText(
      'after',
      '\nRun it as the user that serves (sudo -u evio-ledger), or as root: the file keeps its owner.',
    );

  const issueCommand = addCredentialsOptions(credential.command('issue'))
    .description('make a credential, and print its secret and connection string once')
    .argument('<name>', 'user name', userName)
    .addOption(new Option('--role <role>', 'what it may do').choices(roles).makeOptionMandatory())
    .option('--node <name>', 'the node, with --role node', nodeName)
    .option('--cluster <name>', "the node's cluster, with --role node", clusterName)
    .option('--password-file <path>', 'take the password from there instead of making one')
    .option(
      '--address <host:port>',
      "the server's, for the connection string",
      serverAddress,
      'localhost:2113',
    )
    .option(
      '--tls-ca-file <path>',
      "for the connection string: where its user keeps the certificate of the server's authority, if that is a private one",
    )
    .addHelpText(
      'after',
      `
Roles:
  node       appends to the host streams of its node, reads these, its cluster's stream and evio-log
  auditor    reads everything
  allocator  appends to cluster streams, reads everything
  operator   all that the ledger does not refuse to everybody

Examples:
  evioctl credential issue node-1 --role node --node node-1 --cluster evio --address ledger.example:2113
  evioctl credential issue siem --role auditor`,
    )
    .action((name: string, options: IssueOptions) => {
      const { passwordFile, address, tlsCaFile } = options;
      const user = userOf(name, options);
      if (E.isLeft(user)) return issueCommand.error(`error: ${user.left}`);
      const issued: TE.TaskEither<ChangeFailure | Unfit, Answer> = async () => {
        const brought =
          passwordFile === undefined ? E.right(undefined) : await passwordFrom(context, passwordFile)();
        if (E.isLeft(brought)) return brought;
        const made = await issueCredential(context, credentialsPath(options), user.right, brought.right)();
        return E.map(({ password, issuedAt }: { password: string; issuedAt: string }): Answer => {
          const connection = connectionString(name, password, address, tlsCaFile);
          return {
            value: { ...user.right, issuedAt, password, connection },
            words: () =>
              `password    ${password}\nconnection  ${connection}\nkeep it now: it is stored nowhere`,
          };
        })(made);
      };
      return print(issued);
    });

  addCredentialsOptions(credential.command('list'))
    .description('every credential that was ever issued, revoked ones too; no secrets')
    .addHelpText('after', '\nExamples:\n  evioctl credential list --json')
    .action((where: Where) =>
      print(
        TE.map((known: Credentials): Answer => {
          const rows = rowsOf(known);
          return { value: { credentials: rows }, rows, words: () => listWords(rows) };
        })(readCredentials(context, credentialsPath(where))),
      ),
    );

  addCredentialsOptions(credential.command('revoke'))
    .description('end a credential; its open calls end within a second')
    .argument('<name>', 'user name')
    .addHelpText('after', '\nExamples:\n  evioctl credential revoke node-1')
    .action((name: string, where: Where) => {
      const revokedAt = context.clock.now();
      const change = (known: Credentials) => revoke(known, name, revokedAt);
      return print(
        TE.map((): Answer => ({ value: { name, revokedAt }, words: () => `${name} is revoked` }))(
          changeCredentials(context, credentialsPath(where), change),
        ),
      );
    });
};
