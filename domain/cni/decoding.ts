import type { Errors } from 'io-ts';
import { plain, shown } from '../shown.ts';

/** The first thing that a codec found wrong, with the way to it (`ips.0.address: 7`). */
export const firstFault = (errors: Errors): string => {
  const [first] = errors;
  if (first === undefined) return 'it has another shape';
  const way = first.context.map(({ key }) => key).filter((key) => key !== '' && !/^\d+$/.test(key));
  return `"${plain(way.join('.'))}" is ${first.value === undefined ? 'missing' : shown(first.value)}`;
};
