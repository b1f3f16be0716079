import type { Command } from 'commander';
import { either as E } from 'fp-ts';
import type { Violation } from '../../domain/cluster/violation.ts';
import type { Cidr } from '../../domain/ip/cidr.ts';
import { podsOfHostLocal } from '../../domain/transfer/host-local.ts';
import type { FoundPod, ImportAnswer, ImportRequest } from '../../domain/transfer/import-request.ts';
import { type AskFailure, ask } from '../ask.ts';
import { columns } from './columns.ts';
import type { Context } from './context.ts';
import { type ExitCode, exitCodes } from './exit-code.ts';
import { refuseFailure } from './on-index.ts';
import { printAnswer } from './print-answer.ts';
import { printUntold, type Terminal } from './terminal.ts';

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

/** Each thing once: the source and the agent may both tell of an address, and the source says where it has it from. */
const together = (
  open: ReadonlyArray<Violation>,
  more: ReadonlyArray<Violation>,
): ReadonlyArray<Violation> => {
  const told = ({ key, value }: Violation) => open.some((one) => one.key === key && one.value === value);
  return [...open, ...more.filter((one) => !told(one))];
};

/** What the source leaves open, with what the agent answered. */
export const withOpen = (open: ReadonlyArray<Violation>, failure: AskFailure): AskFailure => {
  if (open.length === 0) return failure;
  if (failure.type === 'violations') return { ...failure, violations: together(open, failure.violations) };
  const { msg: reason, remedy } = failure;
  return { type: 'violations', violations: together(open, [{ key: 'node', value: '', reason, remedy }]) };
};

/**
 * Asks the agent for it. Left: all that is in the way; what the source itself leaves `open` comes first in it, and keeps all from being
 * done.
 */
export const askImport = async (
  context: Context,
  request: ImportRequest,
  open: ReadonlyArray<Violation>,
): Promise<E.Either<AskFailure, ImportAnswer>> => {
  const dryRun = request.dryRun || open.length > 0;
  const answer = await ask<ImportAnswer>(context.agent(), 'POST', '/v1/import', { ...request, dryRun });
  if (E.isLeft(answer)) return E.left(withOpen(open, answer.left));
  const { violations = [], untold = [] } = answer.right.unleased ?? {};
  const all = together(open, violations);
  return all.length === 0
    ? answer
    : E.left({ type: 'violations', violations: all, ...(untold.length > 0 && { untold }) });
};

/** `subnet`, and of which `others` the source knows: what a dry run says of the lease to come. */
export const printImport = (
  terminal: Terminal,
  value: ImportAnswer & { readonly subnet?: Cidr; readonly others?: ReadonlyArray<Cidr> },
): ExitCode => {
  const lease = value.subnet === undefined ? '' : `${value.subnet} would be leased to this node\n`;
  printAnswer(terminal, { value, rows: value.pods, words: () => `${lease}${importWords(value)}` });
  printUntold(terminal, value.unleased?.untold ?? []);
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
  if (E.isLeft(found)) return refuseFailure(terminal, found.left);
  const { pods, violations } = found.right;
  const dryRun = options.dryRun === true;
  const answer = await askImport(context, { from: 'host-local', dryRun, pods }, violations);
  return E.isLeft(answer) ? refuseFailure(terminal, answer.left) : printImport(terminal, answer.right);
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
The agent must run, hold the lease that the addresses lie in (without one a dry run
lists what can be known before), and use the bridge that the pods are plugged into. Links and
ports stay as they are; a DEL of the pod frees its addresses.

Examples:
  evioctl import host-local --from-network k8s-pod-network --dry-run
  evioctl import host-local /var/lib/cni/networks --from-network k8s-pod-network`,
    )
    .action(async (dataDir: string, options: HostLocalOptions) => {
      process.exitCode = await importHostLocal(context, dataDir, options);
    });
};
