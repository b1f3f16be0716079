/** How much of a text from outside a message shows, in characters: what follows it must still be read. */
const longest = 200;

/** Control characters, the ends of lines and paragraphs, and what turns the direction of writing. */
const unprintable = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;

const escaped = (text: string): string =>
  text.replace(unprintable, (character) => `\\u{${character.codePointAt(0)?.toString(16)}}`);

const cut = (text: string, most: number = longest): string =>
  text.length > most ? `${text.slice(0, most)}…` : text;

/** A text from outside as part of a message: of one line, harmless on a terminal, and cut. */
export const plain = (text: string, most?: number): string => escaped(cut(text, most));

/** A value from outside as JSON, for the same use: a text stands between quotes. */
export const shown = (value: unknown): string =>
  typeof value === 'string'
    ? escaped(JSON.stringify(cut(value)))
    : plain(JSON.stringify(value) ?? String(value));

/** The value with each text in it made plain. */
export const plainly = <Value>(value: Value, most?: number): Value => {
  const made = (part: unknown): unknown => {
    if (typeof part === 'string') return plain(part, most);
    if (Array.isArray(part)) return part.map(made);
    if (typeof part !== 'object' || part === null) return part;
    return Object.fromEntries(Object.entries(part).map(([key, inner]) => [key, made(inner)]));
  };
  return made(value) as Value;
};
