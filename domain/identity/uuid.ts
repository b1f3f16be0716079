import * as t from 'io-ts';

type UuidBrand = { readonly Uuid: unique symbol };

/** RFC 9562 text form, lower case. */
export const Uuid = t.brand(
  t.string,
  (text): text is t.Branded<string, UuidBrand> =>
    /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/.test(text),
  'Uuid',
);
export type Uuid = t.TypeOf<typeof Uuid>;

/** One life of a node's local log. */
export const Incarnation = Uuid;
export type Incarnation = Uuid;
