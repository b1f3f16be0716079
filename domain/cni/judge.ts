import { type CniError, invalidField, unsupportedField } from './error.ts';

/** What is wrong with a key's value; `undefined` when nothing is. */
export type Judge = (key: string, value: unknown) => CniError | undefined;

export type JsonObject = Readonly<Record<string, unknown>>;

export const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export const isText = (value: unknown): value is string => typeof value === 'string';
export const isTexts = (value: unknown): value is ReadonlyArray<string> =>
  Array.isArray(value) && value.every(isText);
export const isFlag = (value: unknown): boolean => typeof value === 'boolean';

/** A value of the wrong kind: code 7. */
export const must =
  (accepts: (value: unknown) => boolean, expected: string): Judge =>
  (key, value) =>
    accepts(value) ? undefined : invalidField(key, value, expected);

/** A value that makes sense, but that we do not do: code 2. */
export const only =
  (accepts: (value: unknown) => boolean, details: string): Judge =>
  (key, value) =>
    accepts(value) ? undefined : unsupportedField(key, value, details);

export const whenTrue = (details: string): Judge => only((value) => value === true, details);

export const passes: Judge = () => undefined;

/** The first thing wrong with the keys that are there. */
export const firstWrong = (way: string, object: JsonObject, judges: Readonly<Record<string, Judge>>) => {
  for (const [key, judge] of Object.entries(judges)) {
    const wrong = object[key] === undefined ? undefined : judge(`${way}.${key}`, object[key]);
    if (wrong !== undefined) return wrong;
  }
  return undefined;
};
