import type { Errors } from 'io-ts';
import { plain, shown } from '../shown.ts';

/** What is wrong at this place: `"ips.address" is 7`. */
export const faultWords = (way: ReadonlyArray<string>, value: unknown): string =>
  `"${plain(way.join('.'))}" is ${value === undefined ? 'missing' : shown(value)}`;

/** The first thing that a codec found wrong, with the way to it. */
export const firstFault = (errors: Errors): string => {
  const [first] = errors;
  if (first === undefined) return 'it has another shape';
  const way = first.context.map(({ key }) => key).filter((key) => key !== '' && !/^\d+$/.test(key));
  return faultWords(way, first.value);
};
