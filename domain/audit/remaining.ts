import { either as E, function as F } from 'fp-ts';
import { canonicalJson, type Json } from '../canonical-json.ts';
import { Pod } from '../host/events.ts';
import type { RecordedEvent } from '../port/event-store.ts';
import type { Redactable } from './events.ts';

/** Which keys of which event name somebody. All else is what decisions, laws and replays rest on, and stays. */
const redactable: Readonly<Record<string, ReadonlyArray<Redactable>>> = { PodAdded: ['pod'] };

type Payload = { readonly [key: string]: Json | undefined };

const parse = (payload: string): Payload =>
  F.pipe(
    E.tryCatch(
      () => JSON.parse(payload) as unknown,
      () => undefined,
    ),
    E.match(
      () => ({}),
      (json) => (typeof json === 'object' && json !== null && !Array.isArray(json) ? (json as Payload) : {}),
    ),
  );

/** The keys of a stored payload, of whichever version, that can be taken out of it. */
export const redactableKeys = ({
  type,
  payload,
}: Pick<RecordedEvent, 'type' | 'payload'>): ReadonlyArray<Redactable> => {
  const stored = parse(payload);
  return (redactable[type] ?? []).filter((key) => stored[key] !== undefined);
};

/** The canonical text of a stored payload without these keys. */
export const remainingOf = (payload: string, redacted: ReadonlyArray<Redactable>): string => {
  const kept = Object.entries(parse(payload)).filter(([key]) => !redacted.some((gone) => gone === key));
  return canonicalJson(Object.fromEntries(kept));
};

/** Whether this text could be what a redaction left: canonical, and without a key that names somebody. */
export const couldRemain = (event: Pick<RecordedEvent, 'type' | 'payload'>): boolean =>
  redactable[event.type] !== undefined &&
  redactableKeys(event).length === 0 &&
  E.getOrElse(() => '')(
    E.tryCatch(
      () => remainingOf(event.payload, []),
      () => '',
    ),
  ) === event.payload;

/** The pod that a stored payload names. */
export const podOf = ({ type, payload }: Pick<RecordedEvent, 'type' | 'payload'>): Pod | undefined => {
  const pod = type === 'PodAdded' ? parse(payload)['pod'] : undefined;
  return Pod.is(pod) ? pod : undefined;
};
