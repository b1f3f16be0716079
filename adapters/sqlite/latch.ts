import type { Unavailable } from '../../domain/port/event-store.ts';
import type { Latched } from '../../domain/port/latched.ts';
import { isRefusedFlush, reasonOf } from './reason.ts';

/**
 * Shut by the first flush that the disk refuses, for as long as the process lives. Linux takes pages that it could not write for written, so
 * the next flush succeeds without them, and a power cut takes what was called durable
 * (Rebello et al., "Can Applications Recover from fsync Failures?", USENIX ATC 2020). So no flush is tried again, nothing is built on those
 * pages, and the write-ahead file stays as it is for the next opening.
 *
 * A flush on one descriptor that fails while another is under way is no gap: Linux tells each open descriptor of it once (errseq_t).
 */
export type Latch = {
  readonly refusal: Latched;
  /** What an error means to who asked; one of a refused flush shuts the latch, and whatever comes behind it is refused for that. */
  readonly failureOf: (error: unknown) => Unavailable;
};

/** `onShut` is called once. */
export const makeLatch = (path: string, onShut: (refusal: Unavailable) => void = () => undefined): Latch => {
  let refusal: Unavailable | undefined;
  return {
    refusal: () => refusal,
    failureOf: (error) => {
      if (refusal !== undefined) return refusal;
      if (!isRefusedFlush(error)) return { type: 'unavailable', reason: reasonOf(error, path) };
      const said = error instanceof Error ? error.message : String(error);
      refusal = {
        type: 'unavailable',
        flush: 'refused',
        reason: `the disk refused to flush ${path} (${said}); nothing is written until the program that has it open is started again`,
      };
      onShut(refusal);
      return refusal;
    },
  };
};
