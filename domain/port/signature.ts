import type { taskEither as TE } from 'fp-ts';

/** A node's own Ed25519 key (RFC 8032), which never leaves its file. */
export type Signer = {
  /** The 32 bytes of the public key in base64. */
  readonly publicKey: string;
  /** The signature of the text's UTF-8 bytes: 64 bytes in base64. */
  readonly sign: (text: string) => string;
};

export type KeyFailure = { readonly type: 'key-refused'; readonly path: string; readonly reason: string };

/** Reads the key in a file; makes none. */
export type OpenSigner = (path: string) => TE.TaskEither<KeyFailure, Signer>;

/** Whether this key made this signature of this text; false, too, for what is no key or no signature. */
export type VerifySignature = (publicKey: string, text: string, signature: string) => boolean;
