import { toCniError } from '../domain/cni/refusal.ts';
import type { Unavailable } from '../domain/port/event-store.ts';
import type { Log } from '../domain/port/log.ts';

/** The one line of a program's journal, when the disk of its log refused a flush. */
export const latchedLine =
  (log: Log) =>
  (refusal: Unavailable): void => {
    const { msg, details: remedy } = toCniError(refusal);
    log.error(msg, { remedy, failure: refusal });
  };
