import { either as E, function as F } from 'fp-ts';
import { canonicalJson, type Json } from '../canonical-json.ts';
import { Pod } from '../host/events.ts';
import type { RecordedEvent } from '../port/event-store.ts';
import type { Redactable } from './events.ts';

/**
 * Which keys of which event name somebody: its own, and of `EraOpened` those of each attachment that it carries, of all together. All
 * else is what decisions, laws and replays rest on, and stays.
 */
const redactable: Readonly<Record<string, ReadonlyArray<Redactable>>> = {
  PodAdded: ['pod'],
  AddressesAllocated: ['pod'],
  EraOpened: ['pod'],
};

type Payload = { readonly [key: string]: Json | undefined };

const parse = (payload: string): Payload =>
  F.pipe(
    E.tryCatch(
      () => JSON.parse(payload) as unknown,
      () => undefined,
    ),
    E.match(
      () => ({}),
      (json) => (isObject(json) ? json : {}),
    ),
  );

const isObject = (json: unknown): json is Payload =>
  typeof json === 'object' && json !== null && !Array.isArray(json);

/** Where `EraOpened` has what it carries of each attachment. */
const carriers = ['held', 'allocated'];

const carriedIn = (payload: Payload): ReadonlyArray<Payload> =>
  carriers.flatMap((key) => {
    const carried = payload[key];
    return Array.isArray(carried) ? carried.filter(isObject) : [];
  });

/** What in a payload may name somebody. */
const namersIn = (payload: Payload): ReadonlyArray<Payload> => [payload, ...carriedIn(payload)];

/** The keys of a stored payload, of whichever version, that can be taken out of it. */
export const redactableKeys = ({
  type,
  payload,
}: Pick<RecordedEvent, 'type' | 'payload'>): ReadonlyArray<Redactable> => {
  const namers = namersIn(parse(payload));
  return (redactable[type] ?? []).filter((key) => namers.some((namer) => namer[key] !== undefined));
};

/** The canonical text of a stored payload without these keys. */
export const remainingOf = (payload: string, redacted: ReadonlyArray<Redactable>): string => {
  const without = (namer: Payload): Payload =>
    Object.fromEntries(Object.entries(namer).filter(([key]) => !redacted.some((gone) => gone === key)));
  const stored = parse(payload);
  const kept = carriers.flatMap((key) => {
    const carried = stored[key];
    return Array.isArray(carried) ? [[key, carried.map((one) => (isObject(one) ? without(one) : one))]] : [];
  });
  return canonicalJson({ ...without(stored), ...Object.fromEntries(kept) });
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

/** The pods that a stored payload names. */
export const podsOf = ({ type, payload }: Pick<RecordedEvent, 'type' | 'payload'>): ReadonlyArray<Pod> =>
  redactable[type] === undefined
    ? []
    : namersIn(parse(payload)).flatMap(({ pod }) => (Pod.is(pod) ? [pod] : []));
