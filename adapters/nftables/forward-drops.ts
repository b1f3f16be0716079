import { either as E, function as F, taskEither as TE } from 'fp-ts';
import * as t from 'io-ts';
import { type Cidr, cidrFamily, parseCidr } from '../../domain/ip/cidr.ts';
import { ownTable } from '../../domain/kernel/own-table.ts';
import type { FirewallFailure, ForeignDrop, PodTraffic } from '../../domain/port/firewall.ts';
import { judgeRule, type PodPacket } from './forward-rule.ts';
import { nft } from './nft.ts';

/** A firewall with more chains on a packet's way than this is not read to its end, and is not complained of. */
const mostChains = 64;

const Chain = t.intersection([
  t.type({ family: t.string, table: t.string, name: t.string }),
  t.partial({ hook: t.string, type: t.string, policy: t.string }),
]);

const Listing = t.type({
  nftables: t.readonlyArray(
    t.partial({ chain: Chain, rule: t.type({ expr: t.readonlyArray(t.UnknownRecord) }) }),
  ),
});
type Listing = t.TypeOf<typeof Listing>;

type Rules = ReadonlyArray<ReadonlyArray<Readonly<Record<string, unknown>>>>;
type Outcome = 'accepted' | 'dropped' | 'passed';

const unreadable: FirewallFailure = { type: 'firewall-failed', reason: 'nft printed what is no listing' };

const parsed = (text: string): E.Either<FirewallFailure, Listing> =>
  F.pipe(
    E.tryCatch(
      (): unknown => JSON.parse(text),
      () => unreadable,
    ),
    E.flatMap((json) => (Listing.is(json) ? E.right(json) : E.left(unreadable))),
  );

const listed = (
  netns: string | undefined,
  ...what: ReadonlyArray<string>
): TE.TaskEither<FirewallFailure, Listing> =>
  F.pipe(nft(netns, ['-j', 'list', ...what], ''), TE.flatMapEither(parsed));

/** The rules of chains, each read once; a chain that went meanwhile has none. */
const reader = (netns: string | undefined) => {
  const known = new Map<string, Rules>();
  return async (family: string, table: string, chain: string): Promise<Rules> => {
    const key = `${family} ${table} ${chain}`;
    const before = known.get(key);
    if (before !== undefined || known.size === mostChains) return before ?? [];
    const listing = await listed(netns, 'chain', family, table, chain)();
    const rules = E.isLeft(listing)
      ? []
      : listing.right.nftables.flatMap(({ rule }) => (rule ? [rule.expr] : []));
    known.set(key, rules);
    return rules;
  };
};

/**
 * What becomes of the packet in a chain. Where a rule was written with our pods in mind (`meant`), a condition that cannot be told is
 * taken for met when it accepts; elsewhere such a rule is passed by.
 */
const walk = async (
  rulesOf: (chain: string) => Promise<Rules>,
  packet: PodPacket,
  chain: string,
  inMind: boolean,
): Promise<Outcome> => {
  for (const expr of await rulesOf(chain)) {
    const { fit, ours, verdict } = judgeRule(packet, expr);
    const meant = inMind || ours;
    if (verdict === undefined || fit === 'no' || (fit === 'unknown' && !meant)) continue;
    const sure = fit === 'yes';
    if (verdict.type === 'accept') return 'accepted';
    if (verdict.type === 'drop' && sure) return 'dropped';
    if (verdict.type === 'return' && sure) return 'passed';
    if (verdict.type !== 'jump' && verdict.type !== 'goto') continue;
    const outcome = await walk(rulesOf, packet, verdict.chain, meant);
    if (outcome === 'accepted' || (outcome === 'dropped' && sure)) return outcome;
    if (verdict.type === 'goto' && sure) return 'passed';
  }
  return 'passed';
};

/** Those of the bridge's own pods first. */
const packetsOf = (family: string, { bridge, vlans = [], sources }: PodTraffic): ReadonlyArray<PodPacket> => {
  const cidrs = sources.flatMap((text) => {
    const cidr = parseCidr(text);
    return E.isRight(cidr) ? [cidr.right] : [];
  });
  const own = (of: 4 | 6): ReadonlyArray<Cidr> => cidrs.filter((cidr) => cidrFamily(cidr) === of);
  const families = ([4, 6] as const).filter(
    (of) => own(of).length > 0 && (family === 'inet' || family === (of === 4 ? 'ip' : 'ip6')),
  );
  return [bridge, ...vlans].flatMap((behind) =>
    families.map((of) => ({ family: of, bridge: behind, sources: own(of) })),
  );
};

/**
 * The chains on the way of forwarded packets that are not ours and let none of a pod's leave this host. Every base chain of the hook
 * has a say, so one that drops is enough. Rules of the older xtables are not seen: nft does not show them.
 */
export const forwardDrops = (
  netns: string | undefined,
  traffic: PodTraffic,
): TE.TaskEither<FirewallFailure, ReadonlyArray<ForeignDrop>> =>
  TE.flatMap(({ nftables }: Listing) =>
    TE.fromTask(async () => {
      const read = reader(netns);
      const drops: ForeignDrop[] = [];
      for (const { family, table, name, hook, policy } of nftables.flatMap(({ chain }) => chain ?? [])) {
        if (hook !== 'forward' || table === ownTable) continue;
        const rulesOf = (chain: string): Promise<Rules> => read(family, table, chain);
        for (const packet of packetsOf(family, traffic)) {
          const outcome = await walk(rulesOf, packet, name, false);
          const dropped = outcome === 'dropped' || (outcome === 'passed' && policy === 'drop');
          if (!dropped) continue;
          const { bridge: behind } = packet;
          const vlan = behind === traffic.bridge ? {} : { interface: behind };
          drops.push({ family, table, chain: name, ...vlan });
          break;
        }
      }
      return drops;
    }),
  )(listed(netns, 'chains'));
