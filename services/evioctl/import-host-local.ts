import type { Command } from 'commander';
import { either as E } from 'fp-ts';
import type { Violation } from '../../domain/cluster/violation.ts';
import { podsOfHostLocal } from '../../domain/transfer/host-local.ts';
import type { FoundPod, ImportAnswer, ImportRequest } from '../../domain/transfer/import-request.ts';
import { type AskFailure, ask } from '../ask.ts';
import { columns } from './columns.ts';
import type { Context } from './context.ts';
import { type ExitCode, exitCodeOf, exitCodes } from './exit-code.ts';
import { printAnswer } from './print-answer.ts';
import { printFailure, type Terminal } from './terminal.ts';

export type HostLocalOptions = {
  readonly fromNetwork: string;
  readonly network: string;
  readonly cacheDir: string;
  readonly dryRun?: boolean;
};

const said: Readonly<Record<ImportAnswer['pods'][number]['state'], readonly [string, string]>> = {
  imported: ['taken over', 'to be taken over'],
  known: ['taken over before', 'taken over before'],
  gone: ['gone: passed by', 'gone: to be passed by'],
};

const importWords = ({ dryRun, pods }: ImportAnswer): string =>
  pods.length === 0
    ? 'no pod holds an address there'
    : columns(
        ['ADDRESSES', 'POD', 'CONTAINER', 'IFNAME', 'LINK', ''],
        pods.map(({ addresses, pod, containerId, ifname, hostIfname, state }) => [
          addresses.join(','),
          pod === undefined ? '-' : `${pod.namespace}/${pod.name}`,
          containerId.slice(0, 12),
          ifname,
          hostIfname,
          said[state][dryRun ? 1 : 0],
        ]),
      );

/** Asks the agent; what the source itself leaves open is told with what the agent refuses, and keeps all from being done. */
export const importPods = async (
  context: Context,
  terminal: Terminal,
  request: ImportRequest,
  violations: ReadonlyArray<Violation>,
): Promise<ExitCode> => {
  const dryRun = request.dryRun || violations.length > 0;
  const answer = await ask<ImportAnswer>(context.agent(), 'POST', '/v1/import', { ...request, dryRun });
  if (E.isLeft(answer) && (violations.length === 0 || answer.left.type !== 'violations')) {
    printFailure(terminal, answer.left);
    return exitCodeOf(answer.left);
  }
  const refusals = E.isLeft(answer) && answer.left.type === 'violations' ? answer.left.violations : [];
  const all = [...violations, ...refusals];
  if (all.length > 0) {
    printFailure(terminal, { type: 'violations', violations: all });
    return exitCodes.refused;
  }
  if (E.isRight(answer)) {
    const { right: value } = answer;
    printAnswer(terminal, { value, rows: value.pods, words: () => importWords(value) });
  }
  return exitCodes.done;
};

export type FoundPods = {
  readonly pods: ReadonlyArray<FoundPod>;
  /** What the files leave open. */
  readonly violations: ReadonlyArray<Violation>;
};

/** The pods that hold an address there. */
export const findPods = async (
  { readHostLocal }: Context,
  dataDir: string,
  { fromNetwork, network, cacheDir }: HostLocalOptions,
): Promise<E.Either<AskFailure, FoundPods>> => {
  const read = await readHostLocal({ dataDir, network: fromNetwork, cacheDir })();
  if (E.isRight(read)) return E.right(podsOfHostLocal(read.right, { source: fromNetwork, own: network }));
  return E.left({
    type: 'refused',
    msg: `${read.left.path} cannot be read: ${read.left.reason}`,
    remedy: "name host-local's dataDir, and the network there with --from-network",
  });
};

export const addHostLocalOptions = (command: Command): Command =>
  command
    .requiredOption('--from-network <name>', 'the network as its configuration names it: a folder of dataDir')
    .option('--network <name>', 'the network of ours that takes its pods over', 'evio')
    .option('--cache-dir <path>', "the runtime's cache of CNI results (libcni's)", '/var/lib/cni')
    .option('--dry-run', 'list what would be taken over and every conflict; change nothing');

const importHostLocal = async (
  context: Context,
  dataDir: string,
  options: HostLocalOptions,
): Promise<ExitCode> => {
  const terminal = context.terminal();
  const found = await findPods(context, dataDir, options);
  if (E.isLeft(found)) {
    printFailure(terminal, found.left);
    return exitCodeOf(found.left);
  }
  const { pods, violations } = found.right;
  const dryRun = options.dryRun === true;
  return importPods(context, terminal, { from: 'host-local', dryRun, pods }, violations);
};

/** `evioctl import host-local`. */
export const addImportHostLocal = (importing: Command, context: Context): void => {
  addHostLocalOptions(
    importing
      .command('host-local')
      .description('running pods whose addresses the plugin host-local gave, without making them anew')
      .argument('[dataDir]', "host-local's dataDir", '/var/lib/cni/networks'),
  )
    .addHelpText(
      'after',
      `
The agent must run, hold the lease that the addresses lie in, and use the bridge that the pods are plugged into. Links and
ports stay as they are; a DEL of the pod frees its addresses.

Examples:
  evioctl import host-local --from-network k8s-pod-network --dry-run
  evioctl import host-local /var/lib/cni/networks --from-network k8s-pod-network`,
    )
    .action(async (dataDir: string, options: HostLocalOptions) => {
      process.exitCode = await importHostLocal(context, dataDir, options);
    });
};
