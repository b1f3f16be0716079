import { hash } from 'node:crypto';
import type { Sha256 } from '../../domain/port/digest.ts';

/** In one call, without a hash object: 0.3 µs for 100 bytes where `createHash` takes 1.0 (0.7 and 1.3 for 400). */
export const sha256: Sha256 = (text) => hash('sha256', text, 'hex');
