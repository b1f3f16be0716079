#!/usr/bin/env -S node --max-semi-space-size=4
import { dirname, join } from 'node:path';
import { Command } from 'commander';
import { either as E } from 'fp-ts';
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
import { openSqliteStore } from '../../adapters/sqlite/open.ts';
import { certificateEnd } from '../../adapters/system/certificate-end.ts';
import { clock } from '../../adapters/system/clock.ts';
import { ids } from '../../adapters/system/ids.ts';
import { openLog } from '../../adapters/system/log.ts';
import { passwords } from '../../adapters/system/passwords.ts';
import { sha256 } from '../../adapters/system/sha256.ts';
import { timer } from '../../adapters/system/timer.ts';
import { answerRoutes } from '../answer-routes.ts';
import { addressText } from '../listen-address.ts';
import { notServing, probeRoutes } from '../probe-routes.ts';
import { addOptions, parsedOptions } from '../read-options.ts';
import type { StreamFailure } from '../stream-failure.ts';
import { supervise } from '../supervise.ts';
import { ensureFirstOperator } from './first-operator.ts';
import { metricTable } from './metric-table.ts';
import { ledgerFile, type ServeOptions, serveOptions } from './options.ts';
import { readingsOf } from './readings.ts';
import { securityOf } from './security.ts';
import { startLedger } from './serve.ts';
import { describeStartFailure, type StartFailure } from './start-failure.ts';
import { statusWords } from './status-words.ts';

const serve = async (options: ServeOptions): Promise<void> => {
  const log = openLog('evio-ledger', options.logLevel);
  const supervisor = openSupervisor(process.env, process.pid, log);
  const give = <A>(outcome: E.Either<StartFailure | StreamFailure, A>): A => {
    if (E.isRight(outcome)) return outcome.right;
    const { msg, remedy } = describeStartFailure(outcome.left);
    log.error(msg, { remedy, failure: outcome.left });
    supervisor?.tell({ STATUS: `${msg}: ${remedy}` });
    process.exit(1);
  };
  const defect = (error: unknown): void => log.error('a defect while answering', { err: error });

  const security = give(securityOf(options));
  const credentials = options.credentials ?? join(dirname(options.log), 'credentials.json');
  give(await ensureFolder(dirname(options.log), 0o700)());
  supervisor?.tell({ STATUS: 'starting' });
  let monitoring = notServing('the server is starting');
  const monitor =
    options.httpListen && (await serveTcp(options.httpListen, (request) => monitoring(request), defect));
  // Clients matter more than being watched.
  if (monitor !== undefined && E.isLeft(monitor))
    log.error('metrics and probes are not served', {
      failure: monitor.left,
      remedy: 'name an address that is free and of this machine with --http-listen, and start again',
    });

  const store = give(openSqliteStore({ path: options.log, clock, newLogId: ids.random, sha256 }));
  const exclusively = exclusivelyBy(lockExclusively);
  if (security.by === 'tls')
    give(await ensureFirstOperator({ files, exclusively, passwords, clock, log }, credentials));
  const metrics = openMetrics(metricTable);
  const ledger = give(
    await startLedger(
      {
        store,
        clientLog: store.clients,
        metrics,
        diskRoom: diskRoomOf(options.log),
        openWire: (served) =>
          openWireServer({
            ...served,
            address: options.listen.host,
            port: options.listen.port,
            clock,
            ids,
            compile: compilePattern,
            limits: {
              ...defaultLimits,
              connections: options.maxConnections,
              appendBytes: options.maxAppendSize,
            },
            journal: log,
            observer: {
              called: (path, code) => metrics.record('calls', 1, { method: path, status: String(code) }),
              appended: (events, seconds) => {
                metrics.record('appendedEvents', events, {});
                metrics.record('appendSeconds', seconds, {});
              },
              sent: (events) => metrics.record('sentEvents', events, {}),
            },
          }),
        files,
        passwords,
        clock,
        timer,
        ids,
        sha256,
        log,
      },
      {
        security,
        credentials,
        stateDir: dirname(options.log),
        allocate: options.allocate === 'on',
        ...(options.diskBudget === undefined ? {} : { diskBudget: options.diskBudget }),
      },
    ),
  );
  const measured = { clientLog: store.clients, writeAhead: fileSize(`${options.log}-wal`), certificateEnd };
  monitoring = answerRoutes(
    probeRoutes<typeof ledger>((asked) => ({
      reasons: asked.reasons,
      exposition: async () => metrics.exposition(await readingsOf(asked, measured)),
    })),
    ledger,
  );
  const { host } = options.listen;
  log.info('serving', {
    listen: addressText({ host, port: ledger.port }),
    log: options.log,
    ...store.identity,
    guardedBy: security.by,
  });
  const tellStopping = supervisor && supervise(supervisor, timer, () => statusWords(ledger), process.pid);

  const shutDown = async (signal: string): Promise<void> => {
    log.info('stopping', { signal });
    monitoring = notServing('the server is stopping');
    tellStopping?.();
    await ledger.stop();
    await store.close();
    if (monitor !== undefined && E.isRight(monitor)) await monitor.right.close(1000);
    log.info('stopped', { signal });
    process.exit(0);
  };
  process.once('SIGTERM', () => void shutDown('SIGTERM'));
  process.once('SIGINT', () => void shutDown('SIGINT'));
};

const program = new Command('evio-ledger')
  .description('Serves a log to clients of EventStoreDB, and decides which node gets which subnet.')
  .showHelpAfterError('(evio-ledger --help lists commands and options)');

const serveCommand = addOptions(
  program.command('serve').description('serve a log over the protocol of EventStoreDB'),
  serveOptions(),
  ledgerFile,
).action(async () => serve(await parsedOptions<ServeOptions>(serveCommand, files, ledgerFile)));

await program.parseAsync();
