import { isDeepStrictEqual } from 'node:util';
import { either as E, function as F } from 'fp-ts';
import * as t from 'io-ts';
import { parseCidr } from '../../domain/ip/cidr.ts';
import { switchedLinks } from '../../domain/kernel/link-group.ts';
import type { NetworkSet, OwnRule } from '../../domain/kernel/own-rules.ts';
import type { RuleSeen, TableSeen } from '../../domain/kernel/rule-changes.ts';

/** What `nft --json list table` prints, as far as it matters here (libnftables-json(5)). */
const Listing = t.type({ nftables: t.readonlyArray(t.UnknownRecord) });
const Prefix = t.type({ prefix: t.type({ addr: t.string, len: t.number }) });
const SetListed = t.intersection([
  t.type({
    name: t.string,
    type: t.union([t.literal('ipv4_addr'), t.literal('ipv6_addr')]),
    flags: t.unknown,
  }),
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
const Named = t.type({ name: t.string });

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

const masquerade = (family: 4 | 6): readonly [OwnRule, unknown] => {
  const protocol = family === 4 ? 'ip' : 'ip6';
  const match = (op: string, field: string, right: string): unknown => ({
    match: { op, left: { payload: { protocol, field } }, right },
  });
  const expr = [
    match('==', 'saddr', `@pods${family}`),
    match('!=', 'daddr', `@except${family}`),
    { masquerade: { flags: 'fully-random' } },
  ];
  return [{ does: 'masquerade', family }, expr];
};

/** The rules that we write, as nft prints them. */
const ownRulesListed: ReadonlyArray<readonly [OwnRule, unknown]> = [
  masquerade(4),
  masquerade(6),
  [
    { does: 'drop-group', group: switchedLinks },
    [{ match: { op: '==', left: { meta: { key: 'iifgroup' } }, right: switchedLinks } }, { drop: null }],
  ],
];

const ruleOf = (expr: unknown): RuleSeen => {
  const listed = expression(expr);
  const own = ownRulesListed.find(([, printed]) => isDeepStrictEqual(printed, listed));
  return own?.[0] ?? { does: 'other', text: JSON.stringify(listed) };
};

/** A set such as we write; one with other flags is none. */
const setOf = (listed: unknown): NetworkSet | undefined =>
  SetListed.is(listed) && unwrapped(listed.flags) === 'interval'
    ? {
        name: listed.name,
        family: listed.type === 'ipv4_addr' ? 4 : 6,
        networks: [...(listed.elem ?? [])].map(element).sort(),
      }
    : undefined;

/** What an object that we never write is called: `chain more`, `counter c`. */
const nameOf = (listed: Record<string, unknown>): string =>
  Object.entries(listed)
    .map(([kind, object]) => (Named.is(object) ? `${kind} ${object.name}` : kind))
    .join();

/** Reads a listing of our table. Throws where it is no JSON. */
export const readTable = (listing: string): TableSeen => {
  const json: unknown = JSON.parse(listing);
  if (!Listing.is(json)) return { sets: [], chains: [], others: ['listing that cannot be read'] };
  const objects = json.nftables.filter(
    ({ metainfo, table }) => metainfo === undefined && table === undefined,
  );
  const rules = Map.groupBy(
    objects.flatMap(({ rule }) => (RuleListed.is(rule) ? [rule] : [])),
    ({ chain }) => chain,
  );
  const sets = objects.flatMap(({ set }) => setOf(set) ?? []);
  const chains = objects.flatMap(({ chain }) => {
    if (!ChainListed.is(chain)) return [];
    const { name, type, hook, prio, policy } = chain;
    const ofChain = (rules.get(name) ?? []).map(({ expr }) => ruleOf(expr));
    return [{ name, type, hook, priority: prio, policy, rules: ofChain }];
  });
  const others = objects.filter(
    ({ set, chain, rule }) => setOf(set) === undefined && !ChainListed.is(chain) && !RuleListed.is(rule),
  );
  return { sets, chains, others: others.map(nameOf) };
};
