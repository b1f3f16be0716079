import { either as E } from 'fp-ts';
import { firstReader, newestReader } from '../reader.ts';
import { type Checked, refuse } from './violation.ts';

const remedy = `write a number from ${firstReader} to ${newestReader} once every node runs a program that new, or leave it out`;

/** Reads `minReader`: a number or numeric text of a generation of programs that this one knows; `undefined` when absent. */
export const parseMinReader = (value: unknown): Checked<number | undefined> => {
  if (value === undefined) return E.right(undefined);
  const reader = typeof value === 'string' && /^\s*\d+\s*$/.test(value) ? Number(value) : value;
  return typeof reader === 'number' &&
    Number.isInteger(reader) &&
    reader >= firstReader &&
    reader <= newestReader
    ? E.right(reader)
    : refuse('minReader', value, 'is no generation of programs that this one knows', remedy);
};
