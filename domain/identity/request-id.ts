import * as t from 'io-ts';
import { Uuid } from './uuid.ts';

/** One run of the plugin. Ids of commands and events follow from it (RFC 9562 version 5), so it must be a UUID. */
export const RequestId = new t.Type<string>(
  'Uuid',
  Uuid.is,
  (value, context) => (Uuid.is(value) ? t.success<string>(value) : t.failure(value, context)),
  t.identity,
);
