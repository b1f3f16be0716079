/** What may stand in an event: no floats, no null, nothing whose text could differ between two writers. */
export type Json =
  | string
  | boolean
  | number
  | ReadonlyArray<Json>
  | { readonly [key: string]: Json | undefined };

/**
 * Canonical JSON text (RFC 8785) of strings, booleans, safe integers, arrays and objects; keys in UTF-16 order, keys whose
 * value is `undefined` left out. Throws on anything else: such a value is a defect of the program, not of its input.
 */
export const canonicalJson = (value: Json): string => {
  if (typeof value === 'string' || typeof value === 'boolean') return JSON.stringify(value);
  if (typeof value === 'number') {
    if (!Number.isSafeInteger(value) || Object.is(value, -0))
      throw new TypeError(`no canonical JSON for the number ${value}`);
    return String(value);
  }
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (typeof value !== 'object' || value === null)
    throw new TypeError(`no canonical JSON for ${String(value)}`);
  const record = value as { readonly [key: string]: Json | undefined };
  const members: string[] = [];
  for (const key of Object.keys(record).sort()) {
    const member = record[key];
    if (member !== undefined) members.push(`${JSON.stringify(key)}:${canonicalJson(member)}`);
  }
  return `{${members.join(',')}}`;
};
