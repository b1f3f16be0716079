import type { RecordedEvent } from '../port/event-store.ts';
import type { Place } from './fault.ts';

export const placeOf = ({
  position,
  stream,
  revision,
  id,
  type,
}: Pick<RecordedEvent, 'position' | 'stream' | 'revision' | 'id' | 'type'>): Required<Place> => ({
  position,
  stream,
  revision,
  id,
  event: type,
});
