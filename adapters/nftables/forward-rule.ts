import { either as E, function as F } from 'fp-ts';
import * as t from 'io-ts';
import { type Cidr, overlaps, parseCidr } from '../../domain/ip/cidr.ts';

/** The first packet of a connection that a pod opens to somewhere beyond this host: not marked, not translated. */
export type PodPacket = {
  readonly family: 4 | 6;
  /** Where it comes in. */
  readonly bridge: string;
  readonly sources: ReadonlyArray<Cidr>;
};

type Verdict =
  | { readonly type: 'accept' | 'drop' | 'return' }
  | { readonly type: 'jump' | 'goto'; readonly chain: string };

/** `ours`: a condition names the bridge or the pods, so the rule was written with them in mind. */
type Condition = { readonly fit: 'yes' | 'no' | 'unknown'; readonly ours: boolean };

export type JudgedRule = Condition & { readonly verdict: Verdict | undefined };

const Match = t.type({ op: t.string, left: t.UnknownRecord, right: t.unknown });
const Keyed = t.type({ key: t.string });
const Payload = t.type({ protocol: t.string, field: t.string });
const Prefix = t.type({ prefix: t.type({ addr: t.string, len: t.number }) });
const Target = t.type({ target: t.string });
const Extension = t.type({ type: t.string, name: t.string });
const VerdictMap = t.type({
  key: t.UnknownRecord,
  data: t.type({ set: t.readonlyArray(t.tuple([t.unknown, t.UnknownRecord])) }),
});

const unknown: Condition = { fit: 'unknown', ours: false };
const plainly = (fits: boolean): Condition => ({ fit: fits ? 'yes' : 'no', ours: false });

/** One value, or the values of a set or list. */
const values = (right: unknown): ReadonlyArray<unknown> => {
  const inner = typeof right === 'object' && right !== null && 'set' in right ? right.set : right;
  return Array.isArray(inner) ? inner : [inner];
};

/** Whether one of our own is among them: named, it speaks of us; spared by `!=`, it does not. */
const named = (op: string, right: unknown, isOurs: (value: unknown) => boolean): Condition => {
  // A set that has a name, and elements that we do not read.
  if (typeof right === 'string' && right.startsWith('@')) return { fit: 'unknown', ours: true };
  const hit = values(right).some(isOurs);
  return op === '!=' ? plainly(!hit) : { fit: hit ? 'yes' : 'no', ours: hit };
};

const isNamed =
  (name: string) =>
  (pattern: unknown): boolean =>
    typeof pattern === 'string' &&
    (pattern.endsWith('*') ? name.startsWith(pattern.slice(0, -1)) : pattern === name);

const holdsPods =
  (sources: ReadonlyArray<Cidr>) =>
  (value: unknown): boolean => {
    const text = Prefix.is(value) ? `${value.prefix.addr}/${value.prefix.len}` : String(value);
    const cidr = parseCidr(text.includes('/') ? text : `${text}/${text.includes(':') ? 128 : 32}`);
    return F.pipe(
      cidr,
      E.exists((network) => sources.some((source) => overlaps(source, network))),
    );
  };

const isMark = (left: Readonly<Record<string, unknown>>): boolean => {
  const masked = left['&'];
  const plain = Array.isArray(masked) ? masked[0] : left;
  return ['meta', 'ct'].some((what) => {
    const expression: unknown = plain?.[what];
    return Keyed.is(expression) && expression.key === 'mark';
  });
};

const condition = (
  { family, bridge, sources }: PodPacket,
  { op, left, right }: t.TypeOf<typeof Match>,
): Condition => {
  const { meta, ct, payload } = left;
  const is = (fits: boolean): Condition => plainly(op === '!=' ? !fits : fits);
  if (isMark(left)) return is(right === 0);
  if (Keyed.is(meta) && (meta.key === 'iifname' || meta.key === 'iif'))
    return named(op, right, isNamed(bridge));
  if (Keyed.is(meta) && meta.key === 'nfproto') return is(right === (family === 4 ? 'ipv4' : 'ipv6'));
  if (Keyed.is(ct) && ct.key === 'state') return is(values(right).includes('new'));
  if (Keyed.is(ct) && ct.key === 'status') return is(false);
  if (Payload.is(payload) && (payload.protocol === 'ip' || payload.protocol === 'ip6')) {
    if (payload.protocol !== (family === 4 ? 'ip' : 'ip6')) return plainly(false);
    if (payload.field === 'saddr') return named(op, right, holdsPods(sources));
  }
  return unknown;
};

const verdictOf = (statement: Readonly<Record<string, unknown>>): Verdict | undefined => {
  const { jump, goto, xt } = statement;
  if ('accept' in statement) return { type: 'accept' };
  if ('drop' in statement || 'reject' in statement) return { type: 'drop' };
  if ('return' in statement) return { type: 'return' };
  if (Target.is(jump)) return { type: 'jump', chain: jump.target };
  if (Target.is(goto)) return { type: 'goto', chain: goto.target };
  return Extension.is(xt) && xt.type === 'target' && xt.name === 'REJECT' ? { type: 'drop' } : undefined;
};

/** A map from where a packet comes in, or from its connection's state, to what becomes of it. */
const mapped = (packet: PodPacket, { key, data }: t.TypeOf<typeof VerdictMap>): JudgedRule => {
  for (const [value, statement] of data.set) {
    const entry = condition(packet, { op: '==', left: key, right: value });
    if (entry.fit === 'yes') return { ...entry, verdict: verdictOf(statement) };
  }
  return { ...unknown, verdict: undefined };
};

const isCondition = (statement: Readonly<Record<string, unknown>>): boolean => {
  const { xt } = statement;
  if (Extension.is(xt)) return xt.type === 'match' && xt.name !== 'comment';
  return 'limit' in statement || 'quota' in statement;
};

/** One rule of a chain (libnftables-json(5), `expr`), and what it says of the packet as far as it can be told. */
export const judgeRule = (
  packet: PodPacket,
  expr: ReadonlyArray<Readonly<Record<string, unknown>>>,
): JudgedRule => {
  const conditions: Condition[] = [];
  let verdict: Verdict | undefined;
  for (const statement of expr) {
    if (Match.is(statement['match'])) conditions.push(condition(packet, statement['match']));
    else if (isCondition(statement)) conditions.push(unknown);
    else if (VerdictMap.is(statement['vmap'])) {
      const { verdict: found, ...entry } = mapped(packet, statement['vmap']);
      conditions.push(entry);
      verdict = found;
    } else verdict = verdictOf(statement) ?? verdict;
  }
  const has = (fit: Condition['fit']): boolean => conditions.some((one) => one.fit === fit);
  return {
    fit: has('no') ? 'no' : has('unknown') ? 'unknown' : 'yes',
    ours: conditions.some(({ ours }) => ours),
    verdict,
  };
};
