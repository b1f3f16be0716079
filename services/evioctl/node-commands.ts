import { type Command, InvalidArgumentError, Option } from 'commander';
import { either as E } from 'fp-ts';
import type { ClusterCommand } from '../../domain/cluster/command.ts';
import type { ClusterEvent } from '../../domain/cluster/events.ts';
import type { ClusterName } from '../../domain/identity/cluster-name.ts';
import type { NodeName } from '../../domain/identity/node-name.ts';
import { Incarnation } from '../../domain/identity/uuid.ts';
import { type AskFailure, ask } from '../ask.ts';
import { decidedOf, type NodeDecided } from '../decided-of-node.ts';
import { clusterName, nodeName, reason } from '../node-options.ts';
import type { AddCommand, Context } from './context.ts';
import { decideInLedger } from './decide.ts';
import { exitCodeOf, exitCodes } from './exit-code.ts';
import { isGiven } from './on-ledger.ts';
import { printAnswer } from './print-answer.ts';
import { printFailure } from './terminal.ts';

type Options = {
  readonly reason: string;
  readonly cluster?: ClusterName;
  readonly incarnation?: Incarnation;
};

type Decide = Extract<ClusterCommand, { readonly type: 'revoke' | 'attest' }>;

const incarnation = (text: string): Incarnation => {
  if (Incarnation.is(text)) return text;
  throw new InvalidArgumentError('an incarnation as evioctl leases --json has it: a UUID in lower case.');
};

/** In the log that `--ledger` names, or through the agent of this machine, which decides for its cluster. */
const decide = async (
  context: Context,
  { cluster }: Options,
  command: Decide,
): Promise<E.Either<AskFailure, NodeDecided>> => {
  const { type, ...body } = command;
  return isGiven(context.ledger)
    ? E.map((events: ReadonlyArray<ClusterEvent>) => decidedOf(command.node, events))(
        await decideInLedger(context, cluster, command),
      )
    : ask(context.agent(), 'POST', `/v1/${type}`, { ...body, ...(cluster && { cluster }) });
};

const perform = async (
  context: Context,
  options: Options,
  command: Decide,
  words: (decided: NodeDecided) => string,
): Promise<void> => {
  const terminal = context.terminal();
  const decided = await decide(context, options, command);
  if (E.isLeft(decided)) {
    printFailure(terminal, decided.left);
    process.exitCode = exitCodeOf(decided.left);
    return;
  }
  printAnswer(terminal, { value: decided.right, words: () => words(decided.right) });
  process.exitCode = exitCodes.done;
};

const revokedWords = ({ node, revoked }: NodeDecided): string =>
  revoked.length === 0
    ? `${node} holds nothing that is not revoked already`
    : `${revoked.join(', ')} is revoked: ${node} takes no new pods, keeps those that run, and gives it back with the last of them`;

const attestedWords = ({ node, attested }: NodeDecided): string =>
  attested === undefined
    ? `that life of ${node} is attested already`
    : `incarnation ${attested} of ${node} is recorded as destroyed: as the member ${node} goes on with its lease with a new disk, or evioctl revoke ${node} releases it; what another life presented goes back`;

const common = (command: Command): Command =>
  command
    .addOption(
      new Option('--reason <text>', 'why; it stays in the log').argParser(reason).makeOptionMandatory(),
    )
    .addOption(
      new Option('--cluster <name>', "which cluster (default: the agent's; with --ledger evio)")
        .env('EVIO_CLUSTER')
        .argParser(clusterName),
    );

/** What an operator decides of a node, on any machine that reaches the agent or the ledger. */
export const addNodeCommands: AddCommand = (program, context) => {
  common(
    program
      .command('revoke')
      .description('take the lease of a node back: its pods run on, new ones go elsewhere'),
  )
    .argument('<node>', 'its name', nodeName)
    .addHelpText(
      'after',
      `
Nobody gets the subnet before the node has given it back, or is attested destroyed, and its quarantine is over.
With --ledger the credential is an operator's. A ledger that takes the connection and says nothing is given up after a minute
(six times the connection string's defaultDeadline): where it may have been decided all the same, exit code 3 and words say so.

Examples:
  evioctl revoke node-3 --reason "moves to another site"
  evioctl leases --watch`,
    )
    .action((node: NodeName, options: Options) =>
      perform(context, options, { type: 'revoke', node, reason: options.reason }, revokedWords),
    );

  common(
    program
      .command('attest')
      .description("put your word on record that a node's disk or machine is gone for good"),
  )
    .argument('<node>', 'its name', nodeName)
    .addOption(
      new Option('--destroyed', 'nothing of it runs, and its disk will not come back').makeOptionMandatory(),
    )
    .addOption(
      new Option(
        '--incarnation <id>',
        'which life is meant, so that the same command again cannot mean a newer one; or one that evioctl leases shows beside the member',
      ).argParser(incarnation),
    )
    .addHelpText(
      'after',
      `
If it does run, its addresses may be given twice until it reaches the ledger and learns of this.
With --ledger the credential is an operator's; a ledger that says nothing is given up as by revoke.

Examples:
  evioctl attest node-3 --destroyed --reason "disk shredded, ticket 4711"
  evioctl attest node-3 --destroyed --reason "burnt" && evioctl revoke node-3 --reason "burnt"`,
    )
    .action((node: NodeName, options: Options) =>
      perform(
        context,
        options,
        { type: 'attest', node, incarnation: options.incarnation, reason: options.reason },
        attestedWords,
      ),
    );
};
