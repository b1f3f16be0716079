import { DamagedIndex } from './damaged-index.ts';

export const separator = '\t';

const [tab, zero, nine] = [9, 48, 57];

/** A text's fields, one after the other; a question for one that is not there throws `DamagedIndex`. */
export type Fields = {
  /** Goes on with the first field of another text. */
  readonly begin: (text: string) => void;
  readonly text: () => string;
  /** As `text`, of a field that nearly always says what it said before: of that no second text is made. */
  readonly again: (before: string) => string;
  /** A whole number from 0 on. */
  readonly number: () => number;
  readonly skip: (fields: number) => void;
  readonly atEnd: () => boolean;
};

/** Splitting a text into a list of fields takes four times as long: the list and the texts of numbers have to be swept again. */
export const fieldReader = (): Fields => {
  let text = '';
  let at = 0;
  /** Where the field ends that begins here. */
  const end = (): number => {
    if (at > text.length) throw new DamagedIndex('a row ends too early');
    const found = text.indexOf(separator, at);
    return found === -1 ? text.length : found;
  };
  const read = (): string => {
    const field = text.slice(at, end());
    at += field.length + 1;
    return field;
  };
  const endsAt = (place: number): boolean => place === text.length || text.charCodeAt(place) === tab;
  return {
    begin: (another) => {
      text = another;
      at = 0;
    },
    text: read,
    again: (before) => {
      if (!endsAt(at + before.length) || !text.startsWith(before, at)) return read();
      at += before.length + 1;
      return before;
    },
    number: () => {
      let number = 0;
      let code = text.charCodeAt(at);
      for (; code >= zero && code <= nine; code = text.charCodeAt(at)) {
        number = number * 10 + code - zero;
        at += 1;
      }
      if (code !== tab) throw new DamagedIndex('a row has no number where one belongs');
      at += 1;
      return number;
    },
    skip: (fields) => {
      for (let field = 0; field < fields; field++) at = end() + 1;
    },
    atEnd: () => at > text.length,
  };
};
