import { either as E } from 'fp-ts';
import { parseDuration } from '../cluster/duration.ts';
import { type Checked, refuse } from '../cluster/violation.ts';

/** Milliseconds since 1970-01-01T00:00Z, as a clock showed them. */
export type Moment = number;

/** What a text such as `2h ago` or `14:05` is measured against: the present moment, and the reader's time zone (IANA). */
export type Vantage = { readonly now: Moment; readonly zone: string };

const accepted =
  'write RFC 3339 (2026-11-17T14:05:00Z, 2026-11-17T14:05:00+01:00), a local time (2026-11-17 14:05), ' +
  'how long ago (2h ago, 3d, 1h30m), or now';

const absolute = /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d{1,9})?)?(Z|[+-]\d\d:\d\d)$/i;
const local = /^\d{4}-\d\d-\d\d([T ]\d\d:\d\d(:\d\d(\.\d{1,9})?)?)?$/i;
const relative = /^((?:\d+[dhms])+)(?: ago)?$/;

const attempt = <A>(read: () => A): A | undefined => {
  try {
    return read();
  } catch {
    return undefined;
  }
};

/** A local time that the zone's clocks never show, or show twice, is refused: neither reading would be the meant one. */
const parseLocal = (key: string, text: string, zone: string): Checked<Moment> => {
  const plain = attempt(() => Temporal.PlainDateTime.from(text.toUpperCase()));
  if (plain === undefined) return refuse(key, text, 'is no time of any calendar', accepted);
  const [early, late] = (['earlier', 'later'] as const).map((disambiguation) =>
    plain.toZonedDateTime(zone, { disambiguation }),
  );
  if (early === undefined || late === undefined) return refuse(key, text, 'is not a time', accepted);
  if (early.epochMilliseconds === late.epochMilliseconds) return E.right(early.epochMilliseconds);
  const spellings = [early, late].map((one) => one.toString({ timeZoneName: 'never' })).join(' or ');
  const happens = early.toPlainDateTime().equals(plain) ? 'comes twice' : 'never comes';
  return refuse(key, text, `${happens} in ${zone}, where the clocks change`, `write ${spellings}`);
};

/**
 * Reads a time as people write one: RFC 3339 with any offset, `2h ago` or `90m`, `now`, or a local time of the reader's
 * zone. Finer parts than milliseconds are cut off: no event has any.
 */
export const parseMoment = (key: string, given: string, { now, zone }: Vantage): Checked<Moment> => {
  const text = given.trim();
  if (text.toLowerCase() === 'now') return E.right(now);
  if (absolute.test(text)) {
    const instant = attempt(() => Temporal.Instant.from(text.toUpperCase()));
    return instant === undefined
      ? refuse(key, given, 'is no time of any calendar', accepted)
      : E.right(instant.epochMilliseconds);
  }
  const [, duration] = relative.exec(text) ?? [];
  if (duration !== undefined) {
    const seconds = parseDuration(key, duration);
    if (E.isRight(seconds)) return E.right(now - seconds.right * 1000);
  }
  return local.test(text) ? parseLocal(key, text, zone) : refuse(key, given, 'is not a time', accepted);
};

/** RFC 3339 in UTC with milliseconds, as events have it. */
export const utc = (moment: Moment): string =>
  Temporal.Instant.fromEpochMilliseconds(moment).toString({ fractionalSecondDigits: 3 });

/** `2026-11-17 14:05:00+01:00`: whole seconds in the reader's zone. */
export const localTime = (moment: Moment, zone: string): string =>
  Temporal.Instant.fromEpochMilliseconds(moment)
    .toZonedDateTimeISO(zone)
    .toString({ timeZoneName: 'never', smallestUnit: 'second' })
    .replace('T', ' ');

/** `2026-11-17 14:05:00+01:00 Europe/Berlin (2026-11-17T13:05:00.000Z)`. */
export const describeMoment = (moment: Moment, zone: string): string =>
  `${localTime(moment, zone)} ${zone} (${utc(moment)})`;
