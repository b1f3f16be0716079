import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ExecutionContext } from 'ava';
import type { Tools } from '../../adapters/esdb-server/client.ts';
import { makeCertificate, type TestCertificate } from '../../support/certificate.ts';
import { runToEnd } from '../../support/run-to-end.ts';
import { freePort, type LedgerProcess, scratch, spawnLedgerBy } from './server-process.ts';

const evioctl = new URL('../../../services/evioctl/main.ts', import.meta.url).pathname;

export type Guarded = {
  readonly folder: string;
  readonly port: number;
  readonly http: number;
  readonly certificate: TestCertificate;
  readonly server: LedgerProcess;
  /** Starts it again, once it has ended. */
  readonly restart: () => Promise<LedgerProcess>;
  readonly url: (name: string, password: string) => string;
  readonly adminPassword: string;
  /** The password of a new credential. */
  readonly issue: (name: string, ...role: ReadonlyArray<string>) => Promise<string>;
  readonly credential: (...args: ReadonlyArray<string>) => ReturnType<typeof runToEnd>;
};

/** A server with TLS and credentials, as an operator starts it; `by` starts its program, such as `ip netns exec NAME`. */
export const guarded = async (
  t: ExecutionContext,
  days = 2,
  by: ReadonlyArray<string> = [],
): Promise<Guarded> => {
  const [folder, port, http] = [await scratch(t), await freePort(), await freePort()];
  const certificate = makeCertificate(t, { name: 'server', days });
  const restart = async (): Promise<LedgerProcess> => {
    const started = spawnLedgerBy(
      t,
      by,
      'serve',
      ...['--log', join(folder, 'ledger.db'), '--listen', `127.0.0.1:${port}`],
      ...['--tls-cert', certificate.certFile, '--tls-key', certificate.keyFile],
      ...['--http-listen', `127.0.0.1:${http}`],
    );
    await started.says('serving');
    return started;
  };
  const server = await restart();
  const credential = (...args: ReadonlyArray<string>) =>
    runToEnd([
      process.execPath,
      evioctl,
      'credential',
      ...args,
      '--credentials',
      join(folder, 'credentials.json'),
    ]);
  return {
    folder,
    port,
    http,
    certificate,
    server,
    restart,
    url: (name, password) =>
      `esdb://${name}:${password}@localhost:${port}?tls=true&tlsCAFile=${certificate.caFile}`,
    adminPassword: (await readFile(join(folder, 'admin.password'), 'utf8')).trim(),
    issue: async (name, ...role) => {
      const issued = await credential('issue', name, '--role', ...role, '--json');
      return JSON.parse(issued.out).password;
    },
    credential,
  };
};

export const official = '@eventstore/db-client';

/** What whoever may read everything can do. */
export const readOne = async ({ client }: Tools) => {
  for await (const _ of client.readAll()) return 'read';
  return 'nothing to read';
};

export const readyz = async (http: number) => {
  const answer = await fetch(`http://127.0.0.1:${http}/readyz`);
  return { status: answer.status, ...((await answer.json()) as { reasons: ReadonlyArray<string> }) };
};
