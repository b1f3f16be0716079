import { randomBytes, type ScryptOptions, scrypt, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';
import type { Passwords } from '../../domain/port/passwords.ts';

const derive = promisify<string, Buffer, number, ScryptOptions, Buffer>(scrypt);

/**
 * scrypt (RFC 7914) with parameters that OWASP's Password Storage Cheat Sheet names as sufficient, the set with the least memory: 16 MiB.
 * Texts carry their own parameters, so that these may grow.
 */
const strength = { ln: 14, r: 8, p: 5 };
const digestBytes = 32;
const saltBytes = 16;

type Hashed = typeof strength & { readonly salt: Buffer; readonly digest: Buffer };

const form = /^\$scrypt\$ln=(\d{1,2}),r=(\d{1,2}),p=(\d{1,2})\$([\w+/-]+)\$([\w+/-]{43})$/;

const parse = (hashed: string): Hashed | undefined => {
  const [, ln, r, p, salt, digest] = form.exec(hashed) ?? [];
  if (salt === undefined || digest === undefined || Number(ln) > 17) return undefined;
  return {
    ln: Number(ln),
    r: Number(r),
    p: Number(p),
    salt: Buffer.from(salt, 'base64'),
    digest: Buffer.from(digest, 'base64'),
  };
};

const text = (bytes: Buffer): string => bytes.toString('base64').replace(/=+$/, '');

const digestOf = (password: string, { ln, r, p, salt }: Omit<Hashed, 'digest'>): Promise<Buffer> => {
  const N = 2 ** ln;
  return derive(password, salt, digestBytes, { N, r, p, maxmem: 2 * 128 * N * r });
};

/** What a text that cannot be read is compared with: nothing matches it, in the same time. */
const unmatched: Hashed = { ...strength, salt: randomBytes(saltBytes), digest: randomBytes(digestBytes) };

export const passwords: Passwords = {
  make: () => randomBytes(32).toString('base64url'),
  hash: async (password) => {
    const salt = randomBytes(saltBytes);
    const digest = await digestOf(password, { ...strength, salt });
    const { ln, r, p } = strength;
    return `$scrypt$ln=${ln},r=${r},p=${p}$${text(salt)}$${text(digest)}`;
  },
  matches: async (password, hashed) => {
    const expected = parse(hashed) ?? unmatched;
    return timingSafeEqual(await digestOf(password, expected), expected.digest);
  },
};
