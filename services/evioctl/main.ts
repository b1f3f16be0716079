#!/usr/bin/env -S node --max-semi-space-size=16
import { extname } from 'node:path';
import { Command, Option } from 'commander';
import { either as E } from 'fp-ts';
import { readEtcdKeys } from '../../adapters/etcd/read-keys.ts';
import { exclusivelyBy } from '../../adapters/fs/exclusively.ts';
import { files } from '../../adapters/fs/files.ts';
import { makeFolders } from '../../adapters/fs/folder.ts';
import { writeNewFolder } from '../../adapters/fs/new-folder.ts';
import { textFiles } from '../../adapters/fs/text-files.ts';
import { readHostLocal } from '../../adapters/host-local/read.ts';
import { connectAgent } from '../../adapters/http/client.ts';
import { sqliteMirrors } from '../../adapters/sqlite/mirror.ts';
import { openSqliteStore } from '../../adapters/sqlite/open.ts';
import { openSqliteReader } from '../../adapters/sqlite/open-reader.ts';
import { restoreSqliteLog } from '../../adapters/sqlite/restore.ts';
import { cacheFolder } from '../../adapters/sqlite-index/cache-folder.ts';
import { openSqliteIndex } from '../../adapters/sqlite-index/open.ts';
import { chainsThread } from '../../adapters/system/chains-thread.ts';
import { clock } from '../../adapters/system/clock.ts';
import { growHeapFreely, growHeapSlowly } from '../../adapters/system/heap.ts';
import { ids } from '../../adapters/system/ids.ts';
import { openSigner } from '../../adapters/system/keys.ts';
import { passwords } from '../../adapters/system/passwords.ts';
import { replayThread } from '../../adapters/system/replay-thread.ts';
import { sha256 } from '../../adapters/system/sha256.ts';
import { timer } from '../../adapters/system/timer.ts';
import { userName } from '../../adapters/system/user.ts';
import { verifySignature } from '../../adapters/system/verify-signature.ts';
import { timeZone } from '../../adapters/system/zone.ts';
import type { OpenOwnershipIndex } from '../../domain/port/ownership-index.ts';
import { configureFrom, nodeFile } from '../configuration-file.ts';
import { surveyOf } from '../ledger/survey.ts';
import { logIn, socketOption, stateDirOption } from '../node-options.ts';
import { drawableOf } from '../progress.ts';
import { addAgentCommands } from './agent-commands.ts';
import { addAnchor } from './anchor.ts';
import { addArchive } from './archive.ts';
import { archiveOption, archivesOf } from './archive-option.ts';
import { addCompletion } from './completion.ts';
import { addConfigure } from './configure.ts';
import type { Context } from './context.ts';
import { addCredential } from './credential.ts';
import { configureCredentials, isAboutCredentials } from './credentials-option.ts';
import { addDiff } from './diff.ts';
import { addDriftCommands } from './drift.ts';
import { exitCodeOf, exitCodes } from './exit-code.ts';
import { addExport } from './export.ts';
import { readyFor } from './for-ledger.ts';
import { addHistory } from './history.ts';
import { addImport } from './import.ts';
import { addLeave } from './leave.ts';
import { ledgerGiven, ledgerOption, openLedger } from './ledger.ts';
import { addNodeCommands } from './node-commands.ts';
import { addRedact } from './redact.ts';
import { addReplay } from './replay.ts';
import { addSimulatePlan } from './simulate-plan.ts';
import { printFailure, type Terminal } from './terminal.ts';
import { addVerify } from './verify.ts';
import { addWhoHad } from './who-had.ts';

growHeapSlowly(15);

const program = new Command('evioctl')
  .description('Ask the evio-agent of this machine: who holds which address, and why.')
  .addOption(socketOption())
  .addOption(stateDirOption())
  .addOption(nodeFile.option())
  .addOption(
    new Option(
      '--log <path>',
      'the log, for the commands that read it without asking the agent (default: ledger.db in --state-dir)',
    ).env('EVIO_LOG'),
  )
  .addOption(ledgerOption())
  .addOption(archiveOption())
  .option('--json', 'print one JSON value instead of a table')
  .addOption(
    new Option('--ndjson', 'print JSON by the line: of a list each row, with --watch each change').conflicts(
      'json',
    ),
  )
  .showHelpAfterError('(evioctl --help lists commands and options)')
  .configureHelp({ showGlobalOptions: true })
  .exitOverride((error) => process.exit(error.exitCode === 0 ? exitCodes.done : exitCodes.usage))
  .addHelpText(
    'after',
    `
Exit codes:
  0  done
  1  refused; the reason and what to do are on stderr
  2  wrong usage
  3  the agent does not answer; or the ledger did not, and may have done what it was told
  4  the log does not hold: it was altered, or breaks a law, or is not the one that was anchored or copied;
     or the machine is not as the log says (drift)

Examples:
  evioctl configure --pod-cidr 10.244.0.0/16 --node-bits 8 --host-cidr 10.10.0.0/16
  evioctl pods
  evioctl log --from 120 --limit 20 --json
  evioctl pods --ndjson | jq -r .addresses[]

Completion of commands and options: source <(evioctl complete bash), or zsh, or fish.`,
  );

const jsonAsked = (): Terminal['json'] => {
  const { json, ndjson } = program.opts<{ json?: boolean; ndjson?: boolean }>();
  return ndjson === true ? 'lines' : json === true && 'text';
};

const terminal = (): Terminal => ({
  json: jsonAsked(),
  out: (text) => process.stdout.write(`${text}\n`),
  err: (text) => process.stderr.write(`${text}\n`),
  ...drawableOf(process.stderr),
});

const ledger = openLedger({
  // It takes a third of a second to load.
  openWireLog: async (text) =>
    (await import('../../adapters/esdb/open-wire-log.ts')).openWireLog({ clock, timer })(text),
  askWhoHad: async (text) =>
    (await import('../../adapters/esdb/ask-who-had.ts')).askWhoHad({ clock, timer }, text),
  mirrors: sqliteMirrors(cacheFolder(), clock, makeFolders),
  sha256,
  clock,
  terminal,
  given: () => ledgerGiven(program),
});

const logPath = (): string => {
  const { log, stateDir } = program.opts<{ log?: string; stateDir: string }>();
  return ledger.path() ?? log ?? logIn(stateDir);
};

const openIndex: OpenOwnershipIndex = (log, onProgress) => {
  const path = logPath();
  const index = openSqliteIndex({
    logPath: path,
    cacheFolder: cacheFolder(),
    makeFolders,
    reopenLog: () => openSqliteReader(path),
  })(log, onProgress);
  growHeapFreely();
  return index;
};

/** Where it was built, or where its source is. */
const threadProgram = (name: string): URL =>
  new URL(`../${name}/main${extname(import.meta.url)}`, import.meta.url);

const context: Context = {
  agent: () => connectAgent(program.opts<{ socket: string }>().socket),
  terminal,
  openLog: () => openSqliteReader(logPath()),
  openLogToWrite: () => openSqliteStore({ path: logPath(), clock, newLogId: ids.random, sha256 }),
  openLogAt: openSqliteReader,
  archives: () => archivesOf(program),
  logPath,
  ledger,
  commanding: {
    clock,
    ids,
    sha256,
    openLedger: (address) =>
      address.store === 'sqlite'
        ? async () => openSqliteStore({ path: address.path, clock, newLogId: ids.random, sha256 })
        : async () =>
            (await import('../../adapters/esdb/open.ts')).openEsdbStore({
              text: address.text,
              clock,
              timer,
              ids,
              sha256,
              endsWhenSilent: true,
            }),
    surveyOf: surveyOf(openSqliteReader),
  },
  followChains: (last) => chainsThread(threadProgram('chains'), { path: logPath(), last }),
  startReplay: (streams, to) => replayThread(threadProgram('replay-part'), { path: logPath(), streams, to }),
  openSigner,
  verifySignature,
  restoreLog: restoreSqliteLog(clock),
  files,
  textFiles,
  // Foreign functions are loaded only where a lock is wanted.
  exclusively: (path, run) => async () =>
    exclusivelyBy((await import('../../adapters/kernel/file-lock.ts')).lockExclusively)(path, run)(),
  passwords,
  writeNewFolder,
  readHostLocal,
  readEtcdKeys,
  openIndex,
  zone: timeZone(),
  clock,
  timer,
  isTerminal: process.stdout.isTTY === true,
  userName,
  sha256,
  ids,
};

for (const add of [
  addAgentCommands,
  addConfigure,
  addLeave,
  addNodeCommands,
  addDriftCommands,
  addArchive,
  addExport,
  addImport,
  addVerify,
  addAnchor,
  addWhoHad,
  addHistory,
  addDiff,
  addReplay,
  addRedact,
  addSimulatePlan,
  addCredential,
])
  add(program, context);

addCompletion(program);

program.hook('preAction', async (_, command) => {
  const configured = isAboutCredentials(command)
    ? await configureCredentials(program, command, files)
    : await configureFrom(program, files, nodeFile);
  if (E.isLeft(configured)) program.error(`error: ${configured.left.msg}`, { exitCode: exitCodes.usage });
  const ready = await readyFor(ledger, command);
  if (E.isRight(ready)) return;
  printFailure(terminal(), ready.left);
  process.exit(ready.left.type === 'violations' ? exitCodes.usage : exitCodeOf(ready.left));
});

await program.parseAsync();
