import {
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  randomBytes,
  sign,
} from 'node:crypto';
import { link, open, readFile, stat, unlink } from 'node:fs/promises';
import { dirname } from 'node:path';
import { either as E, function as F, taskEither as TE } from 'fp-ts';
import type { KeyFailure, OpenSigner } from '../../domain/port/signature.ts';

/** The node's own Ed25519 key (RFC 8032): it signs what this node says. */
export type NodeKey = {
  /** The 32 bytes of the public key in base64. */
  readonly publicKey: string;
};

/** The file is left as it is, whatever the failure. */
const refused = (path: string, reason: string): KeyFailure => ({ type: 'key-refused', path, reason });

const codeOf = (cause: unknown): unknown =>
  cause instanceof Error && 'code' in cause ? cause.code : undefined;

const rawPublicKey = (key: KeyObject): string => {
  const { x = '' } = createPublicKey(key).export({ format: 'jwk' });
  return Buffer.from(x, 'base64url').toString('base64');
};

const decode = (path: string, pem: string): E.Either<KeyFailure, KeyObject> =>
  F.pipe(
    E.tryCatch(
      () => createPrivateKey(pem),
      () => refused(path, 'not a private key in PEM; move it away, or name another file'),
    ),
    E.filterOrElse(
      (key) => key.asymmetricKeyType === 'ed25519',
      (key) => refused(path, `a key of type ${key.asymmetricKeyType}, where Ed25519 is needed`),
    ),
  );

const readKey = (path: string): TE.TaskEither<KeyFailure, KeyObject> =>
  F.pipe(
    TE.tryCatch(
      async () => ({ status: await stat(path), pem: await readFile(path, 'utf8') }),
      (cause) => refused(path, String(cause)),
    ),
    TE.filterOrElse(
      ({ status }) => (status.mode & 0o077) === 0,
      ({ status }) =>
        refused(
          path,
          `others may read or write it (mode ${(status.mode & 0o777).toString(8)}): chmod 600 ${path}`,
        ),
    ),
    TE.flatMapEither(({ pem }) => decode(path, pem)),
  );

const flush = async (path: string, text?: string): Promise<void> => {
  const handle = await (text === undefined ? open(path, 'r') : open(path, 'wx', 0o600));
  try {
    if (text !== undefined) await handle.writeFile(text);
    await handle.sync();
  } finally {
    await handle.close();
  }
};

/**
 * Puts a fresh key at `path` unless something is there: `link`, unlike `rename`, refuses to replace, so of two that start
 * together both go on with the key of the first. The key is on disk before it has its name.
 */
const makeKey = async (path: string): Promise<void> => {
  const temporary = `${path}.${randomBytes(6).toString('hex')}.tmp`;
  const { privateKey } = generateKeyPairSync('ed25519');
  try {
    await flush(temporary, String(privateKey.export({ type: 'pkcs8', format: 'pem' })));
    await link(temporary, path);
  } catch (cause) {
    if (codeOf(cause) !== 'EEXIST') throw cause;
  } finally {
    await unlink(temporary).catch(() => undefined);
  }
  await flush(dirname(path));
};

const makeUnlessThere = (path: string): TE.TaskEither<KeyFailure, void> =>
  TE.tryCatch(
    async () => {
      try {
        await stat(path);
      } catch (cause) {
        if (codeOf(cause) !== 'ENOENT') throw cause;
        await makeKey(path);
      }
    },
    (cause) => refused(path, String(cause)),
  );

/** The key in the 0600 PEM file at `path`; made at the first call. A file that is no such key is refused, never replaced. */
export const openNodeKey = (path: string): TE.TaskEither<KeyFailure, NodeKey> =>
  F.pipe(
    makeUnlessThere(path),
    TE.flatMap(() => readKey(path)),
    TE.map((key) => ({ publicKey: rawPublicKey(key) })),
  );

/** Signs with the key that is there; what is not there is refused, never made. */
export const openSigner: OpenSigner = (path) =>
  F.pipe(
    readKey(path),
    TE.map((key) => ({
      publicKey: rawPublicKey(key),
      sign: (text) => sign(null, Buffer.from(text), key).toString('base64'),
    })),
  );
