import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ExecutionContext } from 'ava';
import type { Tools } from '../../adapters/esdb-server/client.ts';
import { makeCertificate, type TestCertificate } from '../../support/certificate.ts';
import { freePort } from '../../support/free-port.ts';
import { programOf } from '../../support/program.ts';
import { runToEnd } from '../../support/run-to-end.ts';
import { type LedgerProcess, scratch, spawnLedgerProgram } from './server-process.ts';

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

/**
 * A server with TLS and credentials, as an operator starts it; `by` starts its program, such as `ip netns exec NAME`. It listens on
 * loopback, or where others reach it by a name, with the further flags `serving`. `built` runs what is installed, not the sources.
 */
export const guarded = async (
  t: Pick<ExecutionContext, 'teardown'>,
  days = 2,
  by: ReadonlyArray<string> = [],
  { address = '127.0.0.1', host = 'localhost', built = false, serving = [] as ReadonlyArray<string> } = {},
): Promise<Guarded> => {
  const [folder, port, http] = [await scratch(t), await freePort(), await freePort()];
  const names = `DNS:${host},IP:127.0.0.1`;
  const certificate = makeCertificate(t, { name: 'server', days, names });
  const [program, evioctl] = [await programOf('ledger', built), await programOf('evioctl', built)];
  const restart = async (): Promise<LedgerProcess> => {
    const started = spawnLedgerProgram(t, [
      ...[...by, ...program, 'serve'],
      ...['--log', join(folder, 'ledger.db'), '--listen', `${address}:${port}`],
      ...['--tls-cert', certificate.certFile, '--tls-key', certificate.keyFile],
      ...['--http-listen', `127.0.0.1:${http}`, ...serving],
    ]);
    await started.says('serving');
    return started;
  };
  const server = await restart();
  const credential = (...args: ReadonlyArray<string>) =>
    runToEnd([...evioctl, 'credential', ...args, '--credentials', join(folder, 'credentials.json')]);
  return {
    folder,
    port,
    http,
    certificate,
    server,
    restart,
    url: (name, password) =>
      `esdb://${name}:${password}@${host}:${port}?tls=true&tlsCAFile=${certificate.caFile}`,
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
