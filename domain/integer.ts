import * as t from 'io-ts';

const isInteger = (value: unknown): value is number => Number.isSafeInteger(value);

/** A whole number that JSON carries exactly: −(2^53−1) … 2^53−1. */
export const Integer = new t.Type<number>(
  'Integer',
  isInteger,
  (value, context) => (isInteger(value) ? t.success(value) : t.failure(value, context)),
  t.identity,
);
