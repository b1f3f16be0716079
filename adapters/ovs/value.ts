/**
 * OVSDB's notation of values (RFC 7047, section 5.1). Readers are lenient, because ovsdb-server has already held each
 * value against its schema; a shape that the schema does not allow reads as empty.
 */
export type Value = string | number | boolean | ReadonlyArray<unknown>;

export const uuid = (id: string): Value => ['uuid', id];
/** A row that an earlier operation of the same transaction inserts. */
export const named = (name: string): Value => ['named-uuid', name];
export const set = (elements: ReadonlyArray<Value>): Value => ['set', elements];
export const map = (entries: Readonly<Record<string, string>>): Value => ['map', Object.entries(entries)];

/** A set of one is written as its only element. */
export const readSet = (value: unknown): ReadonlyArray<unknown> => {
  if (!Array.isArray(value)) return value === undefined ? [] : [value];
  if (value[0] !== 'set') return [value];
  return Array.isArray(value[1]) ? value[1] : [];
};

export const readString = (value: unknown): string | undefined => {
  const [first] = readSet(value);
  return typeof first === 'string' ? first : undefined;
};

export const readInteger = (value: unknown): number | undefined => {
  const [first] = readSet(value);
  return typeof first === 'number' ? first : undefined;
};

export const readIntegers = (value: unknown): ReadonlyArray<number> =>
  readSet(value).filter((atom) => typeof atom === 'number');

export const readBoolean = (value: unknown): boolean | undefined =>
  typeof value === 'boolean' ? value : undefined;

export const readUuids = (value: unknown): ReadonlyArray<string> =>
  readSet(value).flatMap((atom) =>
    Array.isArray(atom) && atom[0] === 'uuid' && typeof atom[1] === 'string' ? [atom[1]] : [],
  );

export const readMap = (value: unknown): Readonly<Record<string, string>> => {
  if (!Array.isArray(value) || value[0] !== 'map' || !Array.isArray(value[1])) return {};
  return Object.fromEntries(value[1].filter((pair) => Array.isArray(pair) && typeof pair[1] === 'string'));
};
