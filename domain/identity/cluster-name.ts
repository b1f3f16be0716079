import * as t from 'io-ts';

type ClusterNameBrand = { readonly ClusterName: unique symbol };

/** Lower-case letters, digits and inner hyphens, at most 63: it stands in stream names. */
export const ClusterName = t.brand(
  t.string,
  (text): text is t.Branded<string, ClusterNameBrand> => /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/.test(text),
  'ClusterName',
);
export type ClusterName = t.TypeOf<typeof ClusterName>;
