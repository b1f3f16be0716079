import { either as E } from 'fp-ts';
import type { DiskOutlook } from '../../domain/disk/outlook.ts';
import { diskRemedy, diskWords } from '../../domain/disk/outlook.ts';
import type { Access } from '../../domain/port/access.ts';
import type { ClientLog } from '../../domain/port/client-log.ts';
import type { DiskRoom } from '../../domain/port/disk-room.ts';
import type { Latched } from '../../domain/port/latched.ts';
import type { LogUnreadable } from '../../domain/port/log-reader.ts';
import type { Passwords } from '../../domain/port/passwords.ts';
import { watchDisk } from '../agent/watch-disk.ts';
import type { StreamFailure } from '../stream-failure.ts';
import { accessByCredential, accessForAll } from './access.ts';
import type { AllocatingPorts } from './allocate.ts';
import { type Allocators, allocateAll } from './allocate-all.ts';
import { authenticator } from './authenticate.ts';
import {
  type CertificateFailure,
  type CertificatePorts,
  type CertificateWatch,
  watchCertificate,
} from './certificate-files.ts';
import { type CredentialBook, openCredentialBook } from './credential-book.ts';
import { identifyLog } from './identify-log.ts';
import { measuredLog, type Readers } from './measured-log.ts';
import type { LedgerMetrics } from './metric-table.ts';
import { readAclIn } from './read-acl.ts';
import type { Security } from './security.ts';
import type { SurveyLog } from './survey.ts';
import type { Certificate, OpenWire, Wire, WireFailure } from './wire.ts';

export type ServePorts = AllocatingPorts &
  Omit<CertificatePorts, 'files'> & {
    readonly clientLog: ClientLog;
    readonly latched: Latched;
    readonly metrics: LedgerMetrics;
    readonly diskRoom: DiskRoom;
    readonly passwords: Passwords;
    readonly openWire: OpenWire;
    readonly survey: SurveyLog;
  };

/** With what the certificate's files hold. */
export type ReadSecurity =
  | Extract<Security, { readonly by: 'nothing' }>
  | (Extract<Security, { readonly by: 'tls' }> & { readonly tls: Certificate });

export type ServeConfiguration = {
  readonly security: ReadSecurity;
  readonly credentials: string;
  /** Where allocators keep how far they are. */
  readonly stateDir: string;
  readonly allocate: boolean;
  readonly diskBudget?: number;
};

export type ServeFailure = StreamFailure | LogUnreadable | CertificateFailure | WireFailure;

/** The running server. */
export type Ledger = {
  readonly port: number;
  /** Why it does not do all that it should, in words; none when it does. */
  readonly reasons: () => ReadonlyArray<string>;
  readonly readers: Readers;
  readonly connections: () => number;
  readonly disk: () => DiskOutlook | undefined;
  /** PEM; `undefined` without TLS. */
  readonly certificate: () => string | undefined;
  /** Ends readers and allocators, lets appends under way finish. The log stays open. */
  readonly stop: () => Promise<void>;
};

const graceMs = 10_000;
const diskMs = 60_000;

type Guarded = {
  readonly access: Access;
  readonly wire: Wire;
  readonly book?: CredentialBook;
  readonly certificate?: CertificateWatch;
};

const openGuarded = async (
  ports: ServePorts,
  { security, credentials }: ServeConfiguration,
  log: ClientLog,
): Promise<E.Either<ServeFailure, Guarded>> => {
  if (security.by === 'nothing') {
    const access = accessForAll();
    return E.map((wire: Wire): Guarded => ({ access, wire }))(await ports.openWire({ log, access }));
  }
  const book = await openCredentialBook(ports, credentials);
  const access = accessByCredential(authenticator(ports, book), readAclIn(log));
  const wire = await ports.openWire({ log, access, tls: security.tls });
  if (E.isLeft(wire)) {
    book.close();
    return wire;
  }
  const certificate = watchCertificate(ports, security, security.tls, wire.right);
  return E.right({ access, wire: wire.right, book, certificate });
};

/** Serves the log to clients of EventStoreDB, and decides the requests of its clusters. */
export const startLedger = async (
  ports: ServePorts,
  configuration: ServeConfiguration,
): Promise<E.Either<ServeFailure, Ledger>> => {
  const identified = await identifyLog(ports, ports.survey);
  if (E.isLeft(identified)) return identified;
  const { readers, fault, ...log } = measuredLog(ports.clientLog, ports.metrics, ports.log);
  const opened = await openGuarded(ports, configuration, log);
  if (E.isLeft(opened)) return opened;
  const { wire, book, certificate } = opened.right;

  const stopping = new AbortController();
  const allocators: Allocators | undefined = configuration.allocate
    ? allocateAll(ports, configuration.stateDir, stopping.signal)
    : undefined;
  const room: { disk: DiskOutlook | undefined } = { disk: undefined };
  const lookAtDisk = watchDisk(ports, configuration, room);
  await lookAtDisk();
  const stopLooking = ports.timer.every(diskMs, lookAtDisk);

  const faultOf = (what: string, fault: string | undefined): ReadonlyArray<string> =>
    fault === undefined ? [] : [`${what}: ${fault}`];

  return E.right({
    port: wire.port,
    reasons: () => [
      ...faultOf('the log cannot be written', ports.latched()?.reason ?? fault()),
      ...faultOf('the credentials cannot be read, those read before count', book?.fault()),
      ...faultOf('the certificate cannot be renewed, the one before is served', certificate?.fault()),
      ...faultOf('the certificate has expired, clients refuse it', certificate?.expired()),
      ...(allocators?.faults() ?? []),
      ...(room.disk?.level === 'full' ? [`disk budget: ${diskWords(room.disk)}; ${diskRemedy}`] : []),
    ],
    readers,
    connections: wire.connections,
    disk: () => room.disk,
    certificate: () => certificate?.served().cert,
    stop: async () => {
      stopping.abort();
      stopLooking();
      book?.close();
      certificate?.close();
      await Promise.all([wire.close(graceMs), allocators?.ended]);
    },
  });
};
