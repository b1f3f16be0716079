import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ExecutionContext } from 'ava';

export type TestCertificate = {
  /** PEM: of localhost and 127.0.0.1, unless other names were given. */
  readonly cert: string;
  readonly key: string;
  /** Of the authority that signed it, and nothing else: what clients are to trust. */
  readonly ca: string;
  readonly caFile: string;
  /** The same as `cert` and `key`. */
  readonly certFile: string;
  readonly keyFile: string;
};

const openssl = (folder: string, ...args: ReadonlyArray<string>): void => {
  execFileSync('openssl', args, { cwd: folder, stdio: 'pipe' });
};

const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];

/** A certificate, good for so many days, and an authority for it alone. Both are gone with the test. */
export const makeCertificate = (
  t: Pick<ExecutionContext, 'teardown'>,
  { name = 'localhost', days = 1, names = 'DNS:localhost,IP:127.0.0.1' } = {},
): TestCertificate => {
  const folder = mkdtempSync(join(tmpdir(), 'evio-certificate-'));
  t.teardown(() => rmSync(folder, { recursive: true, force: true }));
  const authority = ['-subj', '/CN=evio test', '-keyout', 'ca.key', '-out', 'ca.pem'];
  openssl(folder, 'req', '-x509', ...newKey, ...authority);
  openssl(folder, 'req', ...newKey, '-subj', `/CN=${name}`, '-keyout', 'key.pem', '-out', 'request.pem');
  writeFileSync(join(folder, 'names'), `subjectAltName=${names}\n`);
  const signedBy = ['-CA', 'ca.pem', '-CAkey', 'ca.key', '-CAcreateserial', '-extfile', 'names'];
  openssl(
    folder,
    'x509',
    '-req',
    '-in',
    'request.pem',
    '-out',
    'cert.pem',
    '-days',
    String(days),
    ...signedBy,
  );
  const read = (name: string): string => readFileSync(join(folder, name), 'utf8');
  return {
    cert: read('cert.pem'),
    key: read('key.pem'),
    ca: read('ca.pem'),
    caFile: join(folder, 'ca.pem'),
    certFile: join(folder, 'cert.pem'),
    keyFile: join(folder, 'key.pem'),
  };
};
