import { either as E } from 'fp-ts';
import { conflist } from '../../domain/cni/conflist.ts';
import type { AgentConnection } from '../../domain/port/agent-connection.ts';
import type { Clock } from '../../domain/port/clock.ts';
import type { Files, FilesFailure } from '../../domain/port/files.ts';
import type { Timer } from '../../domain/port/timer.ts';
import type { Status } from '../agent/status.ts';
import { type AskFailure, ask } from '../ask.ts';
import { checkMachine } from './check-machine.ts';
import { obtainLease } from './obtain-lease.ts';
import type { Progress } from './progress.ts';
import { supersedeOriginal } from './supersede-original.ts';

export type ConfigGenPorts = {
  readonly agent: AgentConnection;
  readonly files: Files;
  readonly clock: Clock;
  readonly timer: Timer;
};

export type ConfigGenOptions = {
  readonly network: string;
  readonly socket: string;
  readonly queue: string;
  readonly ovsSocket: string;
  readonly stagedConflist: string;
  readonly cniBinDir: string;
  /** What the first Evio CNI plugin's generator wrote, beside our published conflist. */
  readonly originalConf: string;
  /** The compiled plugin to install; not installed when absent. */
  readonly plugin: string | undefined;
  /** JSON file that configures the cluster where that is still to be done (PodCIDR, NodeBits, HostCIDR). */
  readonly netConf: string | undefined;
  readonly patienceMs: number;
  /** The node's life before this one is over. */
  readonly replace: boolean;
};

export type ConfigGenFailure = AskFailure | FilesFailure;

const readNetConf = async (
  files: Files,
  path: string | undefined,
): Promise<E.Either<ConfigGenFailure, Readonly<Record<string, unknown>> | undefined>> => {
  if (path === undefined) return E.right(undefined);
  const text = await files.read(path)();
  if (E.isLeft(text)) return text;
  if (text.right === undefined) return E.right(undefined);
  try {
    return E.right(JSON.parse(text.right) as Readonly<Record<string, unknown>>);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return E.left({
      type: 'refused',
      msg: `${path} is not JSON: ${reason}`,
      remedy: 'mend it; nothing was changed',
    });
  }
};

/**
 * Prepares a node: installs the plugin, looks at the machine, obtains the node's lease, stages the network configuration for the
 * agent, which publishes it when it can serve; then sets aside what the first Evio CNI plugin left. Running it again changes nothing that is right already.
 */
export const configGen = async (
  ports: ConfigGenPorts,
  options: ConfigGenOptions,
  progress: Progress,
): Promise<E.Either<ConfigGenFailure, Status>> => {
  const { agent, files } = ports;
  const wanted = await readNetConf(files, options.netConf);
  if (E.isLeft(wanted)) return wanted;

  if (options.plugin !== undefined) {
    for (const name of ['evio', 'evio-ipam']) {
      const installed = await files.copy(options.plugin, `${options.cniBinDir}/${name}`, 0o755)();
      if (E.isLeft(installed)) return installed;
      progress.step(`installed ${options.cniBinDir}/${name}`);
    }
  }
  const { portmap } = await checkMachine(files, options, progress);

  const status = await obtainLease(ports, wanted.right, options, progress);
  if (E.isLeft(status)) return status;
  const { lease, bridge, mtu } = status.right;
  progress.step(`this node holds ${lease?.subnets.join(', ')} and the host address ${lease?.hostAddress}`);

  const { network, socket: agentSocket, queue } = options;
  const text = conflist({ network, bridge, mtu, agentSocket, queue, portmap });
  const staged = await files.write(options.stagedConflist, text, 0o600)();
  if (E.isLeft(staged)) return staged;
  progress.step(`staged ${options.stagedConflist}`);
  const settled = await ask<Status>(agent, 'POST', '/v1/settle', {});
  if (E.isLeft(settled)) return settled;
  const { plugin, cniBinDir, originalConf: conf } = options;
  const superseded = await supersedeOriginal(
    files,
    { conf, program: `${cniBinDir}/evioPlugin`, plugin },
    progress,
  );
  return E.isLeft(superseded) ? superseded : settled;
};
