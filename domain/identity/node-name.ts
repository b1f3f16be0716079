import * as t from 'io-ts';

type NodeNameBrand = { readonly NodeName: unique symbol };

/** A DNS subdomain name (RFC 1123), as Kubernetes names its nodes: at most 253 characters. */
export const NodeName = t.brand(
  t.string,
  (text): text is t.Branded<string, NodeNameBrand> =>
    text.length <= 253 && /^[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*$/.test(text),
  'NodeName',
);
export type NodeName = t.TypeOf<typeof NodeName>;
