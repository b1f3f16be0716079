import { either as E } from 'fp-ts';
import type { Target } from '../../domain/audit/redact-request.ts';
import { podsOf } from '../../domain/audit/remaining.ts';
import type { EventStore, RecordedEvent, Unavailable } from '../../domain/port/event-store.ts';

const isMeant = (target: Target): ((event: RecordedEvent) => boolean) => {
  if ('position' in target) return ({ position }) => position === target.position;
  if ('id' in target) return ({ id }) => id === target.id;
  return (event) => podsOf(event).some(({ namespace, name }) => `${namespace}/${name}` === target.pod);
};

/** The events that are meant. */
export type Search = {
  readonly found: ReadonlyArray<RecordedEvent>;
  /** The position behind the last event that was looked at. */
  readonly end: number;
  /** Whether some of the log lies in archives. */
  readonly isPartial: boolean;
};

/** Looks through the log, or on from a position; what is archived is passed over. `onLook` is told how far it is. */
export const search = async (
  log: EventStore,
  target: Target,
  from = 'position' in target ? target.position : 0,
  onLook: (end: number) => void = () => undefined,
): Promise<E.Either<Unavailable, Search>> => {
  const meant = isMeant(target);
  const found: RecordedEvent[] = [];
  let end = from;
  let isPartial = false;
  try {
    for await (const event of log.readAll(from, 'passed-over')) {
      isPartial ||= event.position > end;
      end = event.position + 1;
      onLook(end);
      if (meant(event)) found.push(event);
      if (!('pod' in target) && (found.length > 0 || 'position' in target)) break;
    }
  } catch (error) {
    return E.left({ type: 'unavailable', reason: error instanceof Error ? error.message : String(error) });
  }
  return E.right({ found, end, isPartial });
};

/** The stream of one of these events that an interrupted `evioctl archive --drop` has taken a part of: the archive has the rest whole. */
export const halfArchived = async (
  log: EventStore,
  events: ReadonlyArray<RecordedEvent>,
): Promise<string | undefined> => {
  for (const stream of new Set(events.map((event) => event.stream)))
    for await (const first of log.readStream(stream, 0, 'passed-over')) {
      if (first.revision > 0) return stream;
      break;
    }
  return undefined;
};
