import { createHash, randomBytes } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** What the test's web servers show, wherever they run: a file to be fetched whole, and the address that asks. */
export type Website = {
  /** The folder that busybox httpd serves. */
  readonly folder: string;
  /** SHA-256 of `/payload`, in hex. */
  readonly payloadHash: string;
};

const payloadBytes = 8 * 1024 * 1024;

/** A CGI program: the answer is the address from which this server was asked (RFC 3875, REMOTE_ADDR). */
const asker = '#!/bin/sh\nprintf \'Content-Type: text/plain\\r\\n\\r\\n%s\' "$REMOTE_ADDR"\n';

export const makeWebsite = async (folder: string): Promise<Website> => {
  const payload = randomBytes(payloadBytes);
  await mkdir(join(folder, 'cgi-bin'), { recursive: true });
  await writeFile(join(folder, 'payload'), payload);
  await writeFile(join(folder, 'cgi-bin/asker'), asker, { mode: 0o755 });
  return { folder, payloadHash: createHash('sha256').update(payload).digest('hex') };
};

/** Serves the folder on every IPv4 address until it is ended. */
export const serve = (folder: string, port: number): ReadonlyArray<string> => [
  '/bin/busybox',
  ...['httpd', '-f', '-p', `0.0.0.0:${port}`, '-h', folder],
];

// Not wget's own -T: with it Debian's static busybox 1.35 ends by a segmentation fault.
const fetched = (url: string): string => `/bin/busybox timeout 5 /bin/busybox wget -q -O - ${url}`;

/** For a shell: the address that the server at `host` (`ADDRESS:PORT`) sees. */
export const askWhoAsks = (host: string): string => fetched(`http://${host}/cgi-bin/asker`);

/** For a shell: the payload's hash as it arrives here. */
export const hashPayload = (host: string): string =>
  `${fetched(`http://${host}/payload`)} | /bin/busybox sha256sum | /bin/busybox cut -d ' ' -f 1`;
