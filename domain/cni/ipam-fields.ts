import { plain } from '../shown.ts';
import { suggestion } from '../suggestion.ts';
import { type CniError, invalidField, unsupportedField } from './error.ts';
import { isObject, isText, type JsonObject, type Judge, must, passes } from './judge.ts';

/*
 * The keys of `ipam` as host-local has them, and two of ours. Go reads `null` as if the key were not there, and so do we; what it
 * passes by, a key that nobody knows, is refused with a suggestion: a misspelt range is no range.
 */

const text = must(isText, 'a text, or leave it out');

const rangeFields: Readonly<Record<string, Judge>> = {
  subnet: text,
  rangeStart: text,
  rangeEnd: text,
  gateway: text,
};

const number = must((value) => Number.isSafeInteger(value), 'a whole number, or leave it out');

const routeFields: Readonly<Record<string, Judge>> = {
  dst: must((value) => isText(value) && /^[^/]+\/\d{1,3}$/.test(value), 'a CIDR, such as "0.0.0.0/0"'),
  gw: text,
  mtu: number,
  advmss: number,
  priority: number,
  table: number,
  scope: number,
};

const isAbsolute = (value: unknown): boolean => isText(value) && (value === '' || value.startsWith('/'));
const path = must(isAbsolute, 'an absolute path, or leave it out');

const judgeIn = (
  way: string,
  object: JsonObject,
  fields: Readonly<Record<string, Judge>>,
): CniError | undefined => {
  for (const [key, value] of Object.entries(object)) {
    if (value === null) continue;
    const judge = Object.hasOwn(fields, key) ? fields[key] : undefined;
    if (judge === undefined) {
      const meant = suggestion(Object.keys(fields), key);
      return unsupportedField(
        `${way}.${key}`,
        value,
        meant === undefined
          ? `known here are ${Object.keys(fields).join(', ')}; take "${plain(key)}" out`
          : `did you mean "${meant}"?`,
      );
    }
    const wrong = judge(`${way}.${key}`, value);
    if (wrong !== undefined) return wrong;
  }
  return undefined;
};

const listOf =
  (judge: Judge, expected: string): Judge =>
  (key, value) => {
    if (!Array.isArray(value)) return invalidField(key, value, expected);
    for (const [index, one] of value.entries()) {
      const wrong = judge(`${key}[${index}]`, one);
      if (wrong !== undefined) return wrong;
    }
    return undefined;
  };

const objectOf =
  (fields: Readonly<Record<string, Judge>>, expected: string): Judge =>
  (key, value) =>
    isObject(value) ? judgeIn(key, value, fields) : invalidField(key, value, expected);

const ranges = 'a list of lists of {"subnet", "rangeStart", "rangeEnd", "gateway"}, the last three if needed';

/** Of `ranges`, and of the capability `ipRanges`, which is written alike. */
export const rangeSets = listOf(listOf(objectOf(rangeFields, ranges), ranges), ranges);

const route: Judge = (key, value) => {
  const wrong = objectOf(routeFields, 'a route: {"dst": "0.0.0.0/0"}, and "gw" if needed')(key, value);
  return (
    wrong ??
    (isObject(value) && isText(value['dst']) ? undefined : routeFields['dst']?.(`${key}.dst`, undefined))
  );
};

const fields: Readonly<Record<string, Judge>> = {
  type: passes,
  name: passes,
  ...rangeFields,
  ranges: rangeSets,
  routes: listOf(route, 'a list of routes'),
  dataDir: path,
  resolvConf: path,
  agentSocket: path,
  queue: path,
};

/** What is wrong with the first wrong key of `ipam`: code 7 for a bad value, 2 for a key that nobody knows. */
export const judgeIpam = (ipam: JsonObject): CniError | undefined => judgeIn('ipam', ipam, fields);
