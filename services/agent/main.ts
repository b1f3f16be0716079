#!/usr/bin/env -S node --max-semi-space-size=1
import { hostname } from 'node:os';
import { dirname, join } from 'node:path';
import { Command } from 'commander';
import { either as E } from 'fp-ts';
import { ledgerLink } from '../../adapters/esdb/ledger-link.ts';
import { openDelQueue } from '../../adapters/fs/del-queue.ts';
import { diskRoomOf } from '../../adapters/fs/disk-room.ts';
import { files } from '../../adapters/fs/files.ts';
import { ensureFolder, makeFolders } from '../../adapters/fs/folder.ts';
import { openAddressFolders } from '../../adapters/host-local/address-folder.ts';
import { serveUnix, unserved } from '../../adapters/http/server.ts';
import { serveTcp } from '../../adapters/http/tcp.ts';
import { sinceBootMs } from '../../adapters/kernel/boot-clock.ts';
import { clockSynchronised } from '../../adapters/kernel/clock-state.ts';
import { lockExclusively } from '../../adapters/kernel/file-lock.ts';
import { openKernel } from '../../adapters/kernel/open.ts';
import { openSupervisor } from '../../adapters/kernel/supervisor.ts';
import { openFirewall } from '../../adapters/nftables/firewall.ts';
import { openSwitch } from '../../adapters/ovs/open.ts';
import { openFlowTable } from '../../adapters/ovs/openflow/open.ts';
import { openMetrics } from '../../adapters/prometheus/open.ts';
import { openSqliteStore } from '../../adapters/sqlite/open.ts';
import { indexPath } from '../../adapters/sqlite-index/path.ts';
import { settings } from '../../adapters/sysctl/settings.ts';
import { bootId } from '../../adapters/system/boot-id.ts';
import { clock } from '../../adapters/system/clock.ts';
import { codeFingerprint } from '../../adapters/system/fingerprint.ts';
import { growHeapSlowly } from '../../adapters/system/heap.ts';
import { ids } from '../../adapters/system/ids.ts';
import { openNodeKey } from '../../adapters/system/keys.ts';
import { openLog } from '../../adapters/system/log.ts';
import { hashedMachineId } from '../../adapters/system/machine-id.ts';
import { sha256 } from '../../adapters/system/sha256.ts';
import { timer } from '../../adapters/system/timer.ts';
import { hostStateCodec } from '../../domain/host/stored-state.ts';
import { clusterViewCodec } from '../../domain/projection/stored-cluster-view.ts';
import { derivedCopies } from '../derived-copies.ts';
import { latchedLine } from '../latched-line.ts';
import { ledgerNotLeftOut, noOwnDecisions } from '../ledger-fits.ts';
import { ledgerOf } from '../ledger-of.ts';
import {
  agentConfiguration,
  keyPath,
  ledgerMarkPath,
  logPath,
  type NodeOptions,
  nodeOptions,
  queuePath,
} from '../node-options.ts';
import { optionFolder } from '../option-folder.ts';
import { notServing } from '../probe-routes.ts';
import { readOptions } from '../read-options.ts';
import { fileSnapshots, snapshotPath } from '../snapshots.ts';
import { supervise } from '../supervise.ts';
import { startAgent } from './agent.ts';
import { measuredPorts } from './measured-ports.ts';
import { metricTable } from './metric-table.ts';
import { type AgentOptions, agentOptions } from './options.ts';
import { otherKeyOf } from './other-key.ts';
import { agentAnswers, probeAnswers } from './routes.ts';
import { describeStartFailure, type StartFailure } from './start-failure.ts';
import { statusWords } from './status-words.ts';

// An edge node is short of memory, and what an agent holds for its pods lasts.
growHeapSlowly();

const options = await readOptions<NodeOptions & AgentOptions>(
  new Command('evio-agent').description(
    'Allocates pod addresses on this node, wires pods to Open vSwitch, and records every allocation.',
  ),
  [...nodeOptions(hostname()), ...agentOptions()],
  files,
);
const log = openLog('evio-agent', options.logLevel);

const supervisor = openSupervisor(process.env, process.pid, log);

const give = <A>(outcome: E.Either<StartFailure, A>): A => {
  if (E.isRight(outcome)) return outcome.right;
  const { msg, remedy } = describeStartFailure(outcome.left);
  log.error(msg, { remedy, failure: outcome.left });
  supervisor?.tell({ STATUS: `${msg}: ${remedy}` });
  process.exit(1);
};

const defect = (error: unknown): void => log.error('a defect while answering', { err: error });

const address = give(ledgerOf(options, logPath(options)));
const markPath = ledgerMarkPath(options);
give(await ledgerNotLeftOut(files, markPath, address));

// Before the log is opened: an agent with another log would take this machine's bridge for its own.
give(await unserved(options.socket));
const folderOf = optionFolder(ensureFolder);
give(await folderOf('--state-dir', options.stateDir, 0o700));
give(await folderOf('--state-dir', queuePath(options), 0o700));
give(await folderOf('--cni-conf-dir', options.cniConfDir, 0o755));
give(await folderOf('--socket', dirname(options.socket), 0o700));
supervisor?.tell({ STATUS: 'starting' });

let monitoring = notServing('the agent is starting');
const monitor =
  options.metricsListen && (await serveTcp(options.metricsListen, (request) => monitoring(request), defect));
// Pods matter more than being watched.
if (monitor !== undefined && E.isLeft(monitor))
  log.error('metrics and probes are served on the unix socket only', {
    failure: monitor.left,
    remedy: 'name an address that is free and of this machine with --metrics-listen, and start again',
  });

const ledger =
  address === undefined ? undefined : ledgerLink({ text: address, clock, timer, ids, sha256 }, markPath);
const key = give(await openNodeKey(keyPath(options))());
const boot = give(await bootId());
const onLatched = latchedLine(log);
const store = give(
  openSqliteStore({ path: logPath(options), clock, newLogId: ids.random, sha256, onLatched }),
);
give(await noOwnDecisions(store, files, markPath, options.cluster, ledger?.name));

const agent = give(
  await startAgent(
    measuredPorts(
      {
        ownLog: store,
        latched: store.latched,
        dropEra: store.dropEra,
        supersede: store.supersede,
        clusterLog: store,
        ...(ledger && { ledger }),
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
        addressFolders: openAddressFolders(lockExclusively, makeFolders),
        clock,
        bootClock: { bootId: boot, sinceBootMs },
        timer,
        ids,
        sha256,
        log,
        snapshots: fileSnapshots(
          { files, sha256, log },
          { logPath: logPath(options), fingerprint: codeFingerprint() },
        ),
      },
      openMetrics(metricTable),
    ),
    {
      ...agentConfiguration(options, {
        bootId: boot,
        publicKey: key.publicKey,
        machine: await hashedMachineId(),
      }),
      clockSynchronised: clockSynchronised(),
      coolDownMs: options.coolDown * 1000,
      sweepMs: Math.max(1, options.sweep) * 1000,
      subnetIdleMs: options.subnetIdle * 1000,
      diskBudget: options.diskBudget,
      antiSpoofing: options.antiSpoofing === 'on',
      replace: options.replace,
    },
  ),
);
const server = give(await serveUnix(options.socket, agentAnswers(agent), defect));
monitoring = probeAnswers(agent);
log.info('serving', { socket: options.socket, stream: agent.hostStream() });
const otherKey = otherKeyOf(agent);
if (otherKey !== undefined) log.warn(otherKey.msg, { remedy: otherKey.remedy });
const tellStopping = supervisor && supervise(supervisor, timer, () => statusWords(agent), process.pid);

const shutDown = async (signal: string): Promise<void> => {
  log.info('stopping', { signal });
  monitoring = notServing('the agent is stopping');
  tellStopping?.();
  await server.close(10_000);
  await agent.stop();
  if (monitor !== undefined && E.isRight(monitor)) await monitor.right.close(1000);
  log.info('stopped', { signal });
  process.exit(0);
};
process.once('SIGTERM', () => void shutDown('SIGTERM'));
process.once('SIGINT', () => void shutDown('SIGINT'));
