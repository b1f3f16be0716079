import { seal } from '../domain/chain.ts';
import type { Encoded } from '../domain/event.ts';
import type { Clock } from '../domain/port/clock.ts';
import type { Sha256 } from '../domain/port/digest.ts';
import type { EventToAppend } from '../domain/port/event-store.ts';
import type { Ids } from '../domain/port/ids.ts';

/** Who asks for what, and as part of which larger undertaking. */
export type Cause = {
  readonly actor: string;
  /** UUID; the same command again has the same id, and so the same event ids. */
  readonly commandId: string;
  readonly correlationId: string;
};

/** A command's events have ids that follow from the command's: the same command again makes the same events. */
export const eventId = (ids: Ids, commandId: string, index: number): string =>
  ids.derive(commandId, String(index));

/** A command's events with all that surrounds them, each linked to the one before; the first to the stream's `head`. */
export const sealEvents = (
  { clock, ids, sha256 }: { readonly clock: Clock; readonly ids: Ids; readonly sha256: Sha256 },
  { stream, incarnation }: { readonly stream: string; readonly incarnation: string },
  head: { readonly revision: number; readonly hash: string | undefined },
  cause: Cause,
  encoded: ReadonlyArray<Encoded>,
): ReadonlyArray<EventToAppend> => {
  const time = clock.now();
  return seal(
    sha256,
    stream,
    head.hash === undefined ? undefined : { revision: head.revision, hash: head.hash },
    encoded.map(({ type, schema, payload }, index) => ({
      id: eventId(ids, cause.commandId, index),
      type,
      payload,
      metadata: {
        schema,
        time,
        actor: cause.actor,
        incarnation,
        $causationId: cause.commandId,
        $correlationId: cause.correlationId,
      },
    })),
  );
};
