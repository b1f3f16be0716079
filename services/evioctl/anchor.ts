import { dirname, join } from 'node:path';
import type { Command } from 'commander';
import { either as E } from 'fp-ts';
import { type Anchor, anchorText, formatAnchor } from '../../domain/anchor/anchor.ts';
import type { LogReader } from '../../domain/port/log-reader.ts';
import { type AddCommand, type Context, onLog } from './context.ts';
import { type ExitCode, exitCodes } from './exit-code.ts';
import { printAnswer } from './print-answer.ts';
import { printFailure, type Terminal } from './terminal.ts';

type Options = { readonly stream?: string; readonly key?: string };

const headOf = (log: LogReader, stream: string | undefined): Anchor | undefined => {
  if (stream === undefined) {
    const end = log.end();
    return end && { ...log.identity, of: 'log', at: end.position, hash: end.logHash };
  }
  const head = log.heads().find((one) => one.stream === stream);
  return head && { ...log.identity, of: stream, at: head.revision, hash: head.hash };
};

const anchor =
  ({ openSigner, logPath, ledger }: Context, { stream, key }: Options) =>
  async (log: LogReader, terminal: Terminal): Promise<ExitCode> => {
    const refused = (msg: string, remedy: string): ExitCode => {
      printFailure(terminal, { type: 'refused', msg, remedy });
      return exitCodes.refused;
    };
    const head = headOf(log, stream);
    if (head === undefined) {
      return stream === undefined
        ? refused('the log is empty', 'there is nothing to anchor yet')
        : refused(
            `the log has no stream ${stream}`,
            `it has ${
              log
                .heads()
                .map((one) => one.stream)
                .slice(0, 20)
                .join(', ') || 'none yet'
            }`,
          );
    }
    const address = ledger.address();
    if (key === undefined && E.isRight(address) && address.right?.store === 'esdb')
      return refused(
        'no key stands beside a log on another machine',
        "name the key that signs with --key, such as a node's node.key",
      );
    const signer = await openSigner(key ?? join(dirname(logPath()), 'node.key'))();
    if (E.isLeft(signer)) {
      const { path, reason } = signer.left;
      return refused(
        `the key ${path} cannot be used: ${reason}`,
        "name the node's key with --key, and run as root",
      );
    }
    const line = formatAnchor({ ...head, signature: signer.right.sign(anchorText(head)) });
    const { publicKey } = signer.right;
    printAnswer(terminal, { value: { ...head, anchor: line, publicKey }, words: () => line });
    return exitCodes.done;
  };

/** One line for an auditor to keep. It is signed as it stands: whether the log holds, verify says. */
export const addAnchor: AddCommand = (program: Command, context) => {
  program
    .command('anchor')
    .description('print one signed line that shows later whether the history was changed')
    .option('--stream <name>', 'of this stream instead of the whole log')
    .option('--key <path>', "the node's key; node.key beside the log when absent")
    .addHelpText(
      'after',
      `
Keep the line where whoever can change the log cannot change it.

Examples:
  evioctl anchor >> /mnt/audit/anchors
  evioctl verify --anchor "$(tail -n 1 /mnt/audit/anchors)"`,
    )
    .action((options: Options) => onLog(context, anchor(context, options)));
};
