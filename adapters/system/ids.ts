import { randomUUID } from 'node:crypto';
import { v5 } from 'uuid';
import type { Ids } from '../../domain/port/ids.ts';

/** The ids port over the system's generator and SHA-1. `within` must be a UUID: a codec has seen to that. */
export const ids: Ids = {
  random: () => randomUUID(),
  derive: (within, name) => v5(name, within),
};
