import type { either as E } from 'fp-ts';
import type { Call, Environment } from '../../domain/cni/environment.ts';
import type { CniError } from '../../domain/cni/error.ts';
import type { DelegateConfig, NetworkConfig } from '../../domain/cni/network-config.ts';
import type { QueuedDelFormat } from '../../domain/cni/queued-del.ts';
import type { ParseAddress } from '../../domain/cni/requested-addresses.ts';
import type { AgentConnection } from '../../domain/port/agent-connection.ts';
import type { Clock } from '../../domain/port/clock.ts';
import type { FileAt, QueueDel } from '../../domain/port/del-queue.ts';
import type { IsFile, RunDelegate } from '../../domain/port/delegate.ts';
import type { Ids } from '../../domain/port/ids.ts';
import type { Timer } from '../../domain/port/timer.ts';

type Delegation = { readonly viaDelegate: ViaDelegate };

/** The world as the plugin sees it. */
export type Capabilities = {
  /** The file name under which the runtime, or another plugin, started us. */
  readonly program: string;
  readonly environment: Environment;
  /** All of stdin as text, at most so many bytes of it. */
  readonly readInput: (maxBytes: number) => Promise<E.Either<InputFailure, string>>;
  readonly connectAgent: (socketPath: string) => AgentConnection;
  /** Where a DEL goes that finds no agent. Loaded when that happens, not before. */
  readonly queueDel: QueueDel;
  readonly fileAt: FileAt;
  /** A small file's text; left: what could not be done to it, and why, as host-local says it. */
  readonly readText: (path: string) => E.Either<string, string>;
  readonly bootId: () => string;
  readonly runDelegate: RunDelegate;
  readonly isFile: IsFile;
  /** How to serve a configuration that names another IPAM plugin. Loaded when that is so, not before. */
  readonly loadDelegation: () => Promise<Delegation>;
  readonly clock: Clock;
  readonly timer: Pick<Timer, 'sleep'>;
  readonly ids: Pick<Ids, 'random'>;
  /** Resolves with the signal's name when the container runtime wants the plugin to end; else never. */
  readonly termination: Promise<string>;
  /** Loaded when an address is asked for, not before: see `ParseAddress`. */
  readonly loadAddressParser: () => Promise<ParseAddress>;
  /** Loaded when a DEL finds no agent, not before. */
  readonly loadQueuedDel: () => Promise<QueuedDelFormat>;
};

/** A call of which another IPAM plugin does a part: what it means to the runtime. */
export type ViaDelegate = (
  capabilities: Capabilities,
  call: AgentCall,
  config: NetworkConfig,
  delegate: DelegateConfig,
) => Promise<E.Either<CniError, Outcome>>;

/** All but VERSION, which asks nobody. */
export type AgentCall = Exclude<Call, { readonly verb: 'VERSION' }>;

export type InputFailure =
  | { readonly type: 'input-too-long' }
  | { readonly type: 'input-unreadable'; readonly reason: string };

/** What the process leaves behind: nothing else goes to stdout. */
export type Outcome = { readonly stdout: string; readonly stderr: string; readonly exitCode: 0 | 1 };
