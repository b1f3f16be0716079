import { Option } from 'commander';
import { either as E, taskEither as TE } from 'fp-ts';
import { type Credentials, revoke } from '../../domain/access/credentials.ts';
import { roles } from '../../domain/access/user.ts';
import { type ChangeFailure, changeCredentials, readCredentials } from '../change-credentials.ts';
import { connectionString, issueCredential } from '../issue-credential.ts';
import { credentialsPath } from '../ledger/options.ts';
import { clusterName, nodeName } from '../node-options.ts';
import type { AddCommand } from './context.ts';
import {
  type IssueOptions,
  passwordFrom,
  serverAddress,
  type Unfit,
  userName,
  userOf,
  type Where,
  wordsOf,
} from './credential-issue.ts';
import { listWords, rowsOf } from './credential-words.ts';
import { addCredentialsOptions } from './credentials-option.ts';
import { exitCodes } from './exit-code.ts';
import { type Answer, printAnswer } from './print-answer.ts';
import { printFailure } from './terminal.ts';

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
          return { value: { credentials: rows }, rows, words: () => listWords(rows, credentialsPath(where)) };
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
