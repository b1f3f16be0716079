#!/usr/bin/env -S node --max-semi-space-size=1
import { hostname } from 'node:os';
import { dirname, join } from 'node:path';
import { Command, Option } from 'commander';
import { either as E } from 'fp-ts';
import { openDelQueue } from '../../adapters/fs/del-queue.ts';
import { diskRoomOf } from '../../adapters/fs/disk-room.ts';
import { files } from '../../adapters/fs/files.ts';
import { ensureFolder } from '../../adapters/fs/folder.ts';
import { openAddressFolders } from '../../adapters/host-local/address-folder.ts';
import { serveUnix, unserved } from '../../adapters/http/server.ts';
import { clockSynchronised } from '../../adapters/kernel/clock-state.ts';
import { lockExclusively } from '../../adapters/kernel/file-lock.ts';
import { openKernel } from '../../adapters/kernel/open.ts';
import { openFirewall } from '../../adapters/nftables/firewall.ts';
import { openSwitch } from '../../adapters/ovs/open.ts';
import { openFlowTable } from '../../adapters/ovs/openflow/open.ts';
import { openSqliteStore } from '../../adapters/sqlite/open.ts';
import { indexPath } from '../../adapters/sqlite-index/path.ts';
import { settings } from '../../adapters/sysctl/settings.ts';
import { bootId } from '../../adapters/system/boot-id.ts';
import { clock } from '../../adapters/system/clock.ts';
import { codeFingerprint } from '../../adapters/system/fingerprint.ts';
import { ids } from '../../adapters/system/ids.ts';
import { openNodeKey } from '../../adapters/system/keys.ts';
import { type LogLevel, openLog } from '../../adapters/system/log.ts';
import { sha256 } from '../../adapters/system/sha256.ts';
import { timer } from '../../adapters/system/timer.ts';
import { hostStateCodec } from '../../domain/host/stored-state.ts';
import { clusterViewCodec } from '../../domain/projection/stored-cluster-view.ts';
import { derivedCopies } from '../derived-copies.ts';
import {
  addNodeOptions,
  agentConfiguration,
  keyPath,
  logPath,
  type NodeOptions,
  queuePath,
  seconds,
  size,
} from '../node-options.ts';
import { fileSnapshots, snapshotPath } from '../snapshots.ts';
import { startAgent } from './agent.ts';
import { agentAnswers } from './routes.ts';
import { describeStartFailure, type StartFailure } from './start-failure.ts';

const command = addNodeOptions(
  new Command('evio-agent')
    .description(
      'Allocates pod addresses on this node, wires pods to Open vSwitch, and records every allocation.',
    )
    .addOption(
      new Option('--log-level <level>')
        .env('EVIO_LOG_LEVEL')
        .default('info')
        .choices(['debug', 'info', 'warn', 'error']),
    )
    .addOption(
      new Option('--cool-down <seconds>', 'warn when an address is given again sooner, for want of others')
        .env('EVIO_COOL_DOWN')
        .default(30)
        .argParser(seconds),
    )
    .addOption(
      new Option(
        '--disk-budget <size>',
        'room for the log, such as 512MiB; a warning comes long before it is used',
      )
        .env('EVIO_DISK_BUDGET')
        .argParser(size),
    )
    .addOption(
      new Option(
        '--anti-spoofing <on|off>',
        "what leaves a pod bears its own MAC and addresses; needs the bridge's socket BRIDGE.mgmt beside --ovs-socket",
      )
        .env('EVIO_ANTI_SPOOFING')
        .default('on')
        .choices(['on', 'off']),
    ),
  hostname(),
);
const options = command.parse().opts<
  NodeOptions & {
    readonly logLevel: LogLevel;
    readonly coolDown: number;
    readonly diskBudget?: number;
    readonly antiSpoofing: 'on' | 'off';
  }
>();
const log = openLog('evio-agent', options.logLevel);

const give = <A>(outcome: E.Either<StartFailure, A>): A => {
  if (E.isRight(outcome)) return outcome.right;
  const { msg, remedy } = describeStartFailure(outcome.left);
  log.error(msg, { remedy, failure: outcome.left });
  process.exit(1);
};

// Before the log is opened: an agent with another log would take this machine's bridge for its own.
give(await unserved(options.socket));
give(await ensureFolder(options.stateDir, 0o700)());
give(await ensureFolder(queuePath(options), 0o700)());
give(await ensureFolder(options.cniConfDir, 0o755)());
const key = give(await openNodeKey(keyPath(options))());
const boot = give(await bootId());
const store = give(openSqliteStore({ path: logPath(options), clock, newLogId: ids.random, sha256 }));

const agent = give(
  await startAgent(
    {
      ownLog: store,
      dropEra: store.dropEra,
      clusterLog: store,
      redactor: store,
      derived: derivedCopies(files, [
        ...[hostStateCodec, clusterViewCodec].map(({ name }) => snapshotPath(logPath(options), name)),
        indexPath(logPath(options)),
      ]),
      switch: openSwitch({ socketPath: options.ovsSocket }),
      flows: openFlowTable({ socketPath: join(dirname(options.ovsSocket), `${options.bridge}.mgmt`) }),
      kernel: await openKernel({
        onLost: () => {
          log.error('a kernel thread ended: the agent must be started again');
          process.exit(1);
        },
      }),
      firewall: openFirewall(),
      settings,
      files,
      diskRoom: diskRoomOf(logPath(options)),
      delQueue: openDelQueue(queuePath(options), lockExclusively),
      addressFolders: openAddressFolders(lockExclusively),
      clock,
      timer,
      ids,
      sha256,
      log,
      snapshots: fileSnapshots(
        { files, sha256, log },
        { logPath: logPath(options), fingerprint: codeFingerprint() },
      ),
    },
    {
      ...agentConfiguration(options, { bootId: boot, publicKey: key.publicKey }),
      clockSynchronised: clockSynchronised(),
      coolDownMs: options.coolDown * 1000,
      diskBudget: options.diskBudget,
      antiSpoofing: options.antiSpoofing === 'on',
    },
  ),
);
const server = give(
  await serveUnix(options.socket, agentAnswers(agent), (error) =>
    log.error('a defect while answering', { err: error }),
  ),
);
log.info('serving', { socket: options.socket, stream: agent.hostStream() });

const shutDown = async (signal: string): Promise<void> => {
  log.info('stopping', { signal });
  await server.close(10_000);
  await agent.stop();
  process.exit(0);
};
process.once('SIGTERM', () => void shutDown('SIGTERM'));
process.once('SIGINT', () => void shutDown('SIGINT'));
