import type { LoggedEvent } from '../port/log-reader.ts';
import type { Place } from './fault.ts';

export const placeOf = ({ position, stream, revision, id, type }: LoggedEvent): Required<Place> => ({
  position,
  stream,
  revision,
  id,
  event: type,
});
