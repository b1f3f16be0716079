import * as t from 'io-ts';

const isInteger = (value: unknown): value is number => Number.isSafeInteger(value) && !Object.is(value, -0);

/** A whole number that JSON carries exactly: −(2^53−1) … 2^53−1. Not −0, which comes out of JSON as another text (RFC 8785, 3.2.2.3). */
export const Integer = new t.Type<number>(
  'Integer',
  isInteger,
  (value, context) => (isInteger(value) ? t.success(value) : t.failure(value, context)),
  t.identity,
);
