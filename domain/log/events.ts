import * as t from 'io-ts';
import { Integer } from '../integer.ts';

/*
 * What the stream `evio-log` holds. These shapes and names are the storage format: a change needs a new version, an upcaster and golden
 * files.
 */

/**
 * Which log this is, for whoever reads it over a wire and has no file to look into. The last one counts; an epoch begins whenever a
 * backup is restored.
 */
export const LogIdentified = t.exact(
  t.intersection([
    t.type({
      type: t.literal('LogIdentified'),
      /** The UUID that was minted with the log. */
      logId: t.string,
      epoch: Integer,
    }),
    /** What the epoch began with; absent: it is not known to have begun with a restore. */
    t.partial({ backup: t.strict({ epoch: Integer, position: Integer }) }),
  ]),
);
export type LogIdentified = t.TypeOf<typeof LogIdentified>;

/** Payload codecs by event type, each at its current version. */
export const logEvents = { LogIdentified: { version: 1, codec: LogIdentified } } as const;
