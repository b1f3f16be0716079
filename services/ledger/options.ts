import { dirname, join } from 'node:path';
import { InvalidArgumentError, Option } from 'commander';
import type { LogAddress } from '../../domain/connection-string.ts';
import type { ClusterName } from '../../domain/identity/cluster-name.ts';
import type { LogLevel } from '../../domain/port/log.ts';
import { configurationFile } from '../configuration-file.ts';
import { type ListenAddress, listenAddress } from '../listen-address.ts';
import { clusterName, logAddress, size } from '../node-options.ts';

/** What `evio-ledger serve` is told. */
export type ServeOptions = {
  readonly log: string;
  readonly listen: ListenAddress;
  readonly tlsCert?: string;
  readonly tlsKey?: string;
  readonly credentials?: string;
  readonly insecure?: 'loopback' | 'anywhere';
  readonly httpListen?: ListenAddress;
  readonly allocate: 'on' | 'off';
  readonly maxConnections: number;
  readonly maxAppendSize: number;
  readonly diskBudget?: number;
  readonly logLevel: LogLevel;
};

const count = (text: string): number => {
  const number = Number(text);
  if (/^\d{1,6}$/.test(text) && number > 0) return number;
  throw new InvalidArgumentError('a number from 1 to 999999.');
};

/** More does not fit into one message that clients take (17 MiB) beside what surrounds it. */
const largestAppend = 16 * 2 ** 20;

const appendSize = (text: string): number => {
  const bytes = size(text);
  if (bytes <= largestAppend) return bytes;
  throw new InvalidArgumentError('a size up to 16MiB.');
};

export const logOption = (words = 'the log of evio-ledger'): Option =>
  new Option('--log <path>', words).env('EVIO_LEDGER_LOG').default('/var/lib/evio-ledger/ledger.db');

/** Where the server looks for credentials, and those who issue them. */
export const credentialsPath = ({ credentials, log }: Pick<ServeOptions, 'credentials' | 'log'>): string =>
  credentials ?? join(dirname(log), 'credentials.json');

export const logLevelOption = (): Option =>
  new Option('--log-level <level>', 'the least that is logged')
    .env('EVIO_LEDGER_LOG_LEVEL')
    .default('info')
    .choices(['debug', 'info', 'warn', 'error']);

export const serveOptions = (): ReadonlyArray<Option> => [
  logOption('the log; made when there is none'),
  new Option('--listen <host:port>', 'where clients of EventStoreDB connect')
    .env('EVIO_LEDGER_LISTEN')
    .default({ host: '127.0.0.1', port: 2113 }, '127.0.0.1:2113')
    .argParser(listenAddress(2113)),
  new Option(
    '--tls-cert <file>',
    "PEM: the server's certificate, and those up to the root; read again when it changes",
  ).env('EVIO_LEDGER_TLS_CERT'),
  new Option('--tls-key <file>', "PEM: the certificate's key").env('EVIO_LEDGER_TLS_KEY'),
  new Option('--credentials <path>', 'who may do what (default: credentials.json beside the log)').env(
    'EVIO_LEDGER_CREDENTIALS',
  ),
  new Option(
    '--insecure [where]',
    'without TLS and passwords: whoever connects is an operator. On loopback addresses only, or "anywhere"',
  )
    .env('EVIO_LEDGER_INSECURE')
    .preset('loopback')
    .choices(['loopback', 'anywhere']),
  new Option('--http-listen <host:port>', 'serves /metrics, /healthz and /readyz there')
    .env('EVIO_LEDGER_HTTP_LISTEN')
    .argParser(listenAddress(9437)),
  new Option('--allocate <on|off>', "decides nodes' requests in the clusters of this log")
    .env('EVIO_LEDGER_ALLOCATE')
    .default('on')
    .choices(['on', 'off']),
  new Option('--max-connections <number>', 'more are refused')
    .env('EVIO_LEDGER_MAX_CONNECTIONS')
    .default(1000)
    .argParser(count),
  new Option('--max-append-size <size>', 'larger appends are refused')
    .env('EVIO_LEDGER_MAX_APPEND_SIZE')
    .default(2 ** 20, '1MiB')
    .argParser(appendSize),
  new Option('--disk-budget <size>', 'room for the log, such as 8GiB; a warning comes long before it is used')
    .env('EVIO_LEDGER_DISK_BUDGET')
    .argParser(size),
  logLevelOption(),
];

/** What `evio-ledger allocate` is told. */
export type AllocateOptions = {
  readonly ledger?: LogAddress;
  readonly cluster: ClusterName;
  readonly stateDir: string;
  readonly logLevel: LogLevel;
};

const clusterOption = (what: string): Option =>
  new Option('--cluster <name>', what).env('EVIO_CLUSTER').default('evio').argParser(clusterName);

const ledgerOption = (what: string): Option =>
  new Option(
    '--ledger <connection string>',
    `${what}: esdb://USER:PASSWORD@HOST:PORT, esdb+discover://…; in the file or the environment no other user sees the password`,
  )
    .env('EVIO_LEDGER')
    .argParser(logAddress);

/** Where a command of an operator finds the cluster. */
export const commandedOptions = (): ReadonlyArray<Option> => [
  clusterOption('which cluster'),
  logOption(),
  ledgerOption('a log that is served, instead of --log'),
];

export const allocateOptions = (): ReadonlyArray<Option> => [
  ledgerOption('the cluster log'),
  clusterOption('whose requests are decided'),
  new Option('--state-dir <path>', 'where it is kept how far the requests are decided')
    .env('EVIO_LEDGER_STATE_DIR')
    .default('/var/lib/evio-ledger'),
  logLevelOption(),
];

/** One file for both services; they share no machine, or differ in `--config`. */
export const ledgerFile = configurationFile(
  '/etc/evio/ledger.json',
  'EVIO_LEDGER_CONFIG',
  'evio-ledger',
  () => [...serveOptions(), ...allocateOptions()],
);
