#!/usr/bin/env node
import { hostname } from 'node:os';
import { Command } from 'commander';
import { either as E } from 'fp-ts';
import { ledgerLink } from '../../adapters/esdb/ledger-link.ts';
import { files } from '../../adapters/fs/files.ts';
import { ensureFolder } from '../../adapters/fs/folder.ts';
import { connectAgent } from '../../adapters/http/client.ts';
import { openSqliteStore } from '../../adapters/sqlite/open.ts';
import { bootId } from '../../adapters/system/boot-id.ts';
import { clock } from '../../adapters/system/clock.ts';
import { codeFingerprint } from '../../adapters/system/fingerprint.ts';
import { ids } from '../../adapters/system/ids.ts';
import { openNodeKey } from '../../adapters/system/keys.ts';
import { openLog } from '../../adapters/system/log.ts';
import { hashedMachineId } from '../../adapters/system/machine-id.ts';
import { sha256 } from '../../adapters/system/sha256.ts';
import { timer } from '../../adapters/system/timer.ts';
import { describeViolation } from '../../domain/cluster/violation.ts';
import type { AgentConnection } from '../../domain/port/agent-connection.ts';
import { describeStartFailure, type StartFailure } from '../agent/start-failure.ts';
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
import { readOptions } from '../read-options.ts';
import { fileSnapshots } from '../snapshots.ts';
import { openLocalMember } from './local-member.ts';
import { type ConfigGenFlags, configGenFlags } from './options.ts';
import { configGen } from './program.ts';
import type { Progress } from './progress.ts';

const options = await readOptions<NodeOptions & ConfigGenFlags>(
  new Command('evio-config-gen').description(
    "Prepares this node for pods: installs the CNI plugin, obtains the node's subnet, stages its configuration.",
  ),
  [...nodeOptions(hostname()), ...configGenFlags()],
  files,
);

const say = (text: string): void => void process.stderr.write(`${text}\n`);

const progress: Progress = {
  step: say,
  warn: (name, text, remedy) => say(`warning (${name}): ${text}\n         ${remedy}`),
};

const refuse = (msg: string, remedy: string): never => {
  say(`error: ${msg}\n       ${remedy}`);
  process.exit(1);
};

const give = <A>(outcome: E.Either<StartFailure, A>): A => {
  if (E.isRight(outcome)) return outcome.right;
  const { msg, remedy } = describeStartFailure(outcome.left);
  return refuse(msg, remedy);
};

type Asked = { readonly connection: AgentConnection; readonly close: () => Promise<void> };

const address = give(ledgerOf(options, logPath(options)));
const markPath = ledgerMarkPath(options);
const ledger =
  address === undefined ? undefined : ledgerLink({ text: address, clock, timer, ids, sha256 }, markPath);

/** The agent when it runs or is about to (it has the log); else the node's log, opened here. */
const whoToAsk = async (): Promise<Asked> => {
  const agent = connectAgent(options.socket);
  const served: Asked = { connection: agent, close: async () => undefined };
  if (E.isRight(await agent.call('GET', '/v1/status', undefined, 2000)())) return served;
  give(await ledgerNotLeftOut(files, markPath, address));
  give(await optionFolder(ensureFolder)('--state-dir', options.stateDir, 0o700));
  const store = openSqliteStore({ path: logPath(options), clock, newLogId: ids.random, sha256 });
  if (E.isLeft(store) && store.left.type === 'log-in-use') return served;
  const ownLog = give(store);
  give(await noOwnDecisions(ownLog, files, markPath, options.cluster, ledger?.name));
  const key = give(await openNodeKey(keyPath(options))());
  const identity = {
    bootId: give(await bootId()),
    publicKey: key.publicKey,
    machine: await hashedMachineId(),
  };
  const log = openLog('evio-config-gen', 'warn');
  const code = { logPath: logPath(options), fingerprint: codeFingerprint() };
  const snapshots = fileSnapshots({ files, sha256, log }, code);
  return give(
    await openLocalMember(
      {
        ownLog,
        clusterLog: ownLog,
        ...(ledger && { ledger }),
        files,
        clock,
        timer,
        ids,
        sha256,
        log,
        snapshots,
      },
      agentConfiguration(options, identity),
    ),
  );
};

const { connection, close } = await whoToAsk();
const done = await configGen(
  { agent: connection, files, clock, timer },
  {
    network: options.network,
    socket: options.socket,
    queue: queuePath(options),
    ovsSocket: options.ovsSocket,
    stagedConflist: agentConfiguration(options, { bootId: '', publicKey: '', machine: undefined })
      .stagedConflist,
    cniBinDir: options.cniBinDir,
    originalConf: `${options.cniConfDir}/10-evio.conf`,
    plugin: options.plugin,
    netConf: options.netConf,
    patienceMs: options.wait * 1000,
    replace: options.replace === true,
  },
  progress,
);
await close();
if (E.isLeft(done)) {
  const failure = done.left;
  if (failure.type === 'file-failed')
    refuse(`${failure.path}: ${failure.reason}`, 'is it there, and may you write it?');
  else if (failure.type === 'violations')
    refuse(failure.violations.map(describeViolation).join('\n       '), `mend ${options.netConf}`);
  else refuse(failure.msg, failure.remedy);
} else {
  const { ready, reasons } = done.right;
  say(ready ? 'ready: the runtime may add pods' : `not yet serving: ${reasons.join('; ')}`);
}
