import { createPublicKey, verify } from 'node:crypto';
import type { VerifySignature } from '../../domain/port/signature.ts';

/** Ed25519 (RFC 8032); the key as its 32 bytes, as a JSON Web Key has them (RFC 8037). */
export const verifySignature: VerifySignature = (publicKey, text, signature) => {
  try {
    const x = Buffer.from(publicKey, 'base64').toString('base64url');
    const key = createPublicKey({ format: 'jwk', key: { kty: 'OKP', crv: 'Ed25519', x } });
    return verify(null, Buffer.from(text), key, Buffer.from(signature, 'base64'));
  } catch {
    return false;
  }
};
