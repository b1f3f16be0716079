import { dirname } from 'node:path';
import { either as E, type taskEither as TE } from 'fp-ts';
import type { ClientLog } from '../../domain/port/client-log.ts';
import type { DiskRoom } from '../../domain/port/disk-room.ts';
import type { EventStore } from '../../domain/port/event-store.ts';
import type { FilesFailure } from '../../domain/port/files.ts';
import type { HttpHandler } from '../../domain/port/http.ts';
import type { Latched } from '../../domain/port/latched.ts';
import { answerRoutes } from '../answer-routes.ts';
import type { IssuePorts } from '../issue-credential.ts';
import { addressText, type ListenAddress } from '../listen-address.ts';
import { type EnsureFolder, optionFolder } from '../option-folder.ts';
import { notServing, probeRoutes } from '../probe-routes.ts';
import { supervise } from '../supervise.ts';
import { readCertificate } from './certificate-files.ts';
import { ensureFirstOperator } from './first-operator.ts';
import type { Life } from './life.ts';
import { credentialsPath, type ServeOptions } from './options.ts';
import { readingsOf } from './readings.ts';
import { securityOf } from './security.ts';
import { type Ledger, type ServePorts, startLedger } from './serve.ts';
import type { StartFailure } from './start-failure.ts';
import { statusWords } from './status-words.ts';
import type { SurveyLog } from './survey.ts';

type Monitor = { readonly close: (graceMs: number) => Promise<void> };

export type RunPorts = Omit<ServePorts, 'store' | 'clientLog' | 'latched' | 'diskRoom' | 'survey' | 'log'> &
  Pick<IssuePorts, 'exclusively'> & {
    /** Whether clients could be listened for now. */
    readonly tryListening: () => Promise<E.Either<StartFailure, void>>;
    readonly openLog: (
      path: string,
    ) => E.Either<StartFailure, EventStore & { readonly clients: ClientLog; readonly latched: Latched }>;
    readonly surveyOf: (path: string) => SurveyLog;
    readonly diskRoomOf: (path: string) => DiskRoom;
    /** Bytes. */
    readonly fileSize: (path: string) => TE.TaskEither<FilesFailure, number>;
    readonly ensureFolder: EnsureFolder;
    readonly serveHttp: (
      at: ListenAddress,
      handler: HttpHandler,
    ) => Promise<E.Either<{ readonly address: string; readonly reason: string }, Monitor>>;
  };

const watchedAt = async (
  served: ReturnType<RunPorts['serveHttp']>,
): Promise<E.Either<StartFailure, Monitor>> =>
  E.mapLeft(({ address, reason }: { readonly address: string; readonly reason: string }) => ({
    type: 'http-listen-failed' as const,
    address,
    reason,
  }))(await served);

/** `evio-ledger serve`, from its options until it is asked to end. */
export const runServe = async (
  { log, supervisor, give, onEnd }: Life,
  ports: RunPorts,
  options: ServeOptions,
): Promise<void> => {
  const wanted = give(securityOf(options));
  // Before anything is made: a start that fails for it changes nothing.
  const security =
    wanted.by === 'tls' ? { ...wanted, tls: give(await readCertificate(ports, wanted)) } : wanted;
  give(await ports.tryListening());
  let monitoring = notServing('the server is starting');
  // Whoever watches it by an address that another program has would be told of that one.
  const monitor =
    options.httpListen &&
    give(await watchedAt(ports.serveHttp(options.httpListen, (request) => monitoring(request))));
  const folder = dirname(options.log);
  const credentials = credentialsPath(options);
  give(await optionFolder(ports.ensureFolder)('--log', folder, 0o700));
  supervisor?.tell({ STATUS: 'starting' });

  const store = give(ports.openLog(options.log));
  if (security.by === 'tls') give(await ensureFirstOperator({ ...ports, log }, credentials));
  const ledger = give(
    await startLedger(
      {
        ...ports,
        log,
        store,
        clientLog: store.clients,
        latched: store.latched,
        diskRoom: ports.diskRoomOf(options.log),
        survey: ports.surveyOf(options.log),
      },
      {
        security,
        credentials,
        stateDir: folder,
        allocate: options.allocate === 'on',
        ...(options.diskBudget === undefined ? {} : { diskBudget: options.diskBudget }),
      },
    ),
  );
  const measured = {
    clientLog: store.clients,
    latched: store.latched,
    writeAhead: ports.fileSize(`${options.log}-wal`),
    certificateEnd: ports.certificateEnd,
  };
  monitoring = answerRoutes(
    probeRoutes<Ledger>((asked) => ({
      reasons: asked.reasons,
      exposition: async () => ports.metrics.exposition(await readingsOf(asked, measured)),
    })),
    ledger,
  );
  const tellStopping =
    supervisor && supervise(supervisor, ports.timer, () => statusWords(ledger), process.pid);
  onEnd(async () => {
    monitoring = notServing('the server is stopping');
    tellStopping?.();
    await ledger.stop();
    await store.close();
    await monitor?.close(1000);
    log.info('stopped');
    process.exit(0);
  });
  log.info('serving', {
    listen: addressText({ host: options.listen.host, port: ledger.port }),
    log: options.log,
    ...store.identity,
    guardedBy: security.by,
  });
};
