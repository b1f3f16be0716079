import { isDeepStrictEqual } from 'node:util';
import { either as E, function as F } from 'fp-ts';
import * as t from 'io-ts';
import { parseCidr } from '../../domain/ip/cidr.ts';
import { switchedLinks } from '../../domain/kernel/link-group.ts';
import type { FamilyTable } from './table.ts';

/** What `nft --json list table` prints, as far as it matters here (libnftables-json(5)). */
const Listing = t.type({ nftables: t.readonlyArray(t.UnknownRecord) });
const Prefix = t.type({ prefix: t.type({ addr: t.string, len: t.number }) });
const SetListed = t.intersection([
  t.type({ name: t.string, type: t.string, flags: t.unknown }),
  t.partial({ elem: t.readonlyArray(t.unknown) }),
]);
const ChainListed = t.type({
  name: t.string,
  type: t.string,
  hook: t.string,
  prio: t.number,
  policy: t.string,
});
const RuleListed = t.type({ chain: t.string, expr: t.unknown });

/** One object of a table, in words that two versions of nft share. */
type Piece = { readonly kind: string; readonly is: unknown };

/** A list of one thing and the thing itself: versions of nft differ in which they print. */
const unwrapped = (value: unknown): unknown =>
  Array.isArray(value) && value.length === 1 ? value[0] : value;

const element = (value: unknown): string => {
  const text = Prefix.is(value) ? `${value.prefix.addr}/${value.prefix.len}` : String(value);
  const withLength = text.includes('/') ? text : `${text}/${text.includes(':') ? 128 : 32}`;
  return F.pipe(
    parseCidr(withLength),
    E.getOrElse((): string => `unread ${JSON.stringify(value)}`),
  );
};

const expression = (value: unknown): unknown => {
  if (Array.isArray(value)) return unwrapped(value.map(expression));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, expression(inner)]));
};

const piece = (listed: Record<string, unknown>): ReadonlyArray<Piece> => {
  const { metainfo, table, set, chain, rule } = listed;
  if (metainfo !== undefined || table !== undefined) return [];
  if (SetListed.is(set)) {
    const elements = [...(set.elem ?? [])].map(element).sort();
    return [{ kind: 'set', is: { name: set.name, type: set.type, flags: unwrapped(set.flags), elements } }];
  }
  if (ChainListed.is(chain)) {
    const { name, type, hook, prio, policy } = chain;
    return [{ kind: 'chain', is: { name, type, hook, prio, policy } }];
  }
  if (RuleListed.is(rule)) return [{ kind: 'rule', is: { chain: rule.chain, expr: expression(rule.expr) } }];
  return [{ kind: 'foreign', is: listed }];
};

const expectedSet = (name: string, family: 4 | 6, elements: ReadonlyArray<string>): Piece => ({
  kind: 'set',
  is: {
    name,
    type: family === 4 ? 'ipv4_addr' : 'ipv6_addr',
    flags: 'interval',
    elements: [...elements].sort(),
  },
});

const expectedRule = ({ family }: FamilyTable): Piece => {
  const protocol = family === 4 ? 'ip' : 'ip6';
  const match = (op: string, field: string, right: string): unknown => ({
    match: { op, left: { payload: { protocol, field } }, right },
  });
  const expr = [
    match('==', 'saddr', `@pods${family}`),
    match('!=', 'daddr', `@except${family}`),
    { masquerade: { flags: 'fully-random' } },
  ];
  return { kind: 'rule', is: { chain: 'postrouting', expr } };
};

const expected = (families: ReadonlyArray<FamilyTable>): ReadonlyArray<Piece> => [
  ...families.flatMap(({ family, sources, except }) => [
    expectedSet(`pods${family}`, family, sources),
    expectedSet(`except${family}`, family, except),
  ]),
  {
    kind: 'chain',
    is: { name: 'postrouting', type: 'nat', hook: 'postrouting', prio: 100, policy: 'accept' },
  },
  ...families.map(expectedRule),
  {
    kind: 'chain',
    is: { name: 'prerouting', type: 'filter', hook: 'prerouting', prio: -300, policy: 'accept' },
  },
  {
    kind: 'rule',
    is: {
      chain: 'prerouting',
      expr: [
        { match: { op: '==', left: { meta: { key: 'iifgroup' } }, right: switchedLinks } },
        { drop: null },
      ],
    },
  },
];

/** Rules of one chain keep their order. */
const placeOf = ({ kind, is }: Piece): string => {
  const { name, chain } = is as { readonly name?: string; readonly chain?: string };
  return `${kind} ${name ?? chain}`;
};

const inOneOrder = (pieces: ReadonlyArray<Piece>): ReadonlyArray<Piece> =>
  [...pieces].sort((a, b) => placeOf(a).localeCompare(placeOf(b)));

/** Whether a listing of our table shows just these sets, chain and rules: none missing, changed or added. */
export const shows = (listing: string, families: ReadonlyArray<FamilyTable>): boolean => {
  const json: unknown = JSON.parse(listing);
  return (
    Listing.is(json) &&
    isDeepStrictEqual(inOneOrder(json.nftables.flatMap(piece)), inOneOrder(expected(families)))
  );
};
