#!/usr/bin/env -S node --max-semi-space-size=16
import { extname } from 'node:path';
import { Command } from 'commander';
import { either as E, taskEither as TE } from 'fp-ts';
import { openEsdbStore } from '../../adapters/esdb/open.ts';
import { tryListening } from '../../adapters/esdb-server/grpc/listening.ts';
import { defaultLimits } from '../../adapters/esdb-server/limits.ts';
import { openWireServer } from '../../adapters/esdb-server/open.ts';
import { diskRoomOf } from '../../adapters/fs/disk-room.ts';
import { exclusivelyBy } from '../../adapters/fs/exclusively.ts';
import { fileSize } from '../../adapters/fs/file-size.ts';
import { files } from '../../adapters/fs/files.ts';
import { ensureFolder } from '../../adapters/fs/folder.ts';
import { serveTcp } from '../../adapters/http/tcp.ts';
import { lockExclusively } from '../../adapters/kernel/file-lock.ts';
import { openSupervisor } from '../../adapters/kernel/supervisor.ts';
import { openMetrics } from '../../adapters/prometheus/open.ts';
import { compilePattern } from '../../adapters/re2/compile.ts';
import { backUpSqliteLog } from '../../adapters/sqlite/back-up.ts';
import { openSqliteStore } from '../../adapters/sqlite/open.ts';
import { openSqliteReader } from '../../adapters/sqlite/open-reader.ts';
import { restoreSqliteBackup } from '../../adapters/sqlite/restore-backup.ts';
import { certificateEnd } from '../../adapters/system/certificate-end.ts';
import { certificateFlaw } from '../../adapters/system/certificate-flaw.ts';
import { clock } from '../../adapters/system/clock.ts';
import { growHeapSlowly } from '../../adapters/system/heap.ts';
import { ids } from '../../adapters/system/ids.ts';
import { openLog } from '../../adapters/system/log.ts';
import { passwords } from '../../adapters/system/passwords.ts';
import { sha256 } from '../../adapters/system/sha256.ts';
import { timer } from '../../adapters/system/timer.ts';
import { whoHadThread } from '../../adapters/system/who-had-thread.ts';
import type { EventStore } from '../../domain/port/event-store.ts';
import type { LogLevel } from '../../domain/port/log.ts';
import { latchedLine } from '../latched-line.ts';
import { drawableOf } from '../progress.ts';
import { addOptions, parsedOptions } from '../read-options.ts';
import { addBackup } from './back-up.ts';
import type { CommandPorts } from './command-cluster.ts';
import { addConfigure } from './configure.ts';
import { lifeOf } from './life.ts';
import { metricTable } from './metric-table.ts';
import {
  type AllocateOptions,
  allocateOptions,
  ledgerFile,
  type ServeOptions,
  serveOptions,
} from './options.ts';
import { addRestore } from './restore.ts';
import { addResume } from './resume.ts';
import { runAllocate } from './run-allocate.ts';
import { runServe } from './run-serve.ts';
import { surveyOf } from './survey.ts';

// Appends live until they are on disk: a larger nursery, which they do not outlive, and an old generation that is swept early.
growHeapSlowly();

const ports = { files, clock, timer, ids, sha256, passwords, ensureFolder };
const opening = { clock, newLogId: ids.random, sha256 };
const openAt = (path: string) => openSqliteStore({ path, ...opening });
const openLedger: CommandPorts['openLedger'] = (address) =>
  address.store === 'sqlite'
    ? TE.fromEither(openAt(address.path))
    : () => openEsdbStore({ text: address.text, clock, timer, ids, sha256 });
/** For a command, which somebody waits for. */
const openBriefly: CommandPorts['openLedger'] = (address) =>
  address.store === 'sqlite'
    ? openLedger(address)
    : () => openEsdbStore({ text: address.text, clock, timer, ids, sha256, endsWhenSilent: true });
const survey = surveyOf(openSqliteReader);
/** Where it was built, or where its source is. */
const pastProgram = new URL(`../past/main${extname(import.meta.url)}`, import.meta.url);

const begin = (level: LogLevel) => {
  const log = openLog('evio-ledger', level);
  return lifeOf(log, openSupervisor(process.env, process.pid, log));
};

const serve = (options: ServeOptions): Promise<void> => {
  const life = begin(options.logLevel);
  const metrics = openMetrics(metricTable);
  const at = { address: options.listen.host, port: options.listen.port };
  return runServe(
    life,
    {
      ...ports,
      metrics,
      exclusively: exclusivelyBy(lockExclusively),
      tryListening: () => tryListening(at),
      openLog: (path) => openSqliteStore({ path, ...opening, onLatched: latchedLine(life.log) }),
      surveyOf: survey,
      diskRoomOf,
      fileSize,
      certificateEnd,
      certificateFlaw,
      serveHttp: (at, handler) =>
        serveTcp(at, handler, (error) => life.log.error('a defect while answering', { err: error })),
      openWire: (served) =>
        openWireServer({
          ...served,
          ...at,
          clock,
          ids,
          compile: compilePattern,
          whoHad: whoHadThread(pastProgram, options.log),
          limits: {
            ...defaultLimits,
            connections: options.maxConnections,
            appendBytes: options.maxAppendSize,
          },
          journal: life.log,
          observer: {
            called: (method, status) => metrics.record('calls', 1, { method, status: String(status) }),
            appended: (events, seconds) => {
              metrics.record('appendedEvents', events, {});
              metrics.record('appendSeconds', seconds, {});
            },
            sent: (events) => metrics.record('sentEvents', events, {}),
          },
        }),
    },
    options,
  );
};

const allocate = (options: AllocateOptions): Promise<void> =>
  runAllocate(begin(options.logLevel), { ...ports, openLedger }, options);

const program = new Command('evio-ledger')
  .description('Serves a log to clients of EventStoreDB, and decides which node gets which subnet.')
  .showHelpAfterError('(evio-ledger --help lists commands and options)')
  // As evioctl: 1 is a refusal, 2 wrong usage.
  .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : 2));

const serveCommand = addOptions(
  program.command('serve').description('serve a log over the protocol of EventStoreDB'),
  serveOptions(),
  ledgerFile,
).action(async () => serve(await parsedOptions<ServeOptions>(serveCommand, files, ledgerFile)));

const allocateCommand = addOptions(
  program.command('allocate').description("decide nodes' requests beside a real EventStoreDB"),
  allocateOptions(),
  ledgerFile,
).action(async () => allocate(await parsedOptions<AllocateOptions>(allocateCommand, files, ledgerFile)));

const shownOn = { clock, line: drawableOf(process.stderr) };
addBackup(program, { files, backUp: backUpSqliteLog, ...shownOn });
addRestore(program, {
  files,
  ...shownOn,
  restoreBackup: restoreSqliteBackup(clock),
  openLog: (path) => E.map((store: EventStore) => ({ store, clock, ids, sha256 }))(openAt(path)),
  surveyOf: survey,
});
const commanding = { clock, ids, sha256, openLedger: openBriefly, surveyOf: survey };
addConfigure(program, commanding);
addResume(program, commanding);

await program.parseAsync();
