import type * as t from 'io-ts';
import { Digest, NodeUid } from './identity/machine-hints.ts';
import { NodeName } from './identity/node-name.ts';
import { Uuid } from './identity/uuid.ts';
import { Integer } from './integer.ts';
import { IpAddress } from './ip/address.ts';
import { Cidr } from './ip/cidr.ts';
import { cidrPattern, octetPattern } from './ip/cidr-pattern.ts';
import { Vlan } from './vlan.ts';

type Props = Readonly<Record<string, t.Mixed>>;

/** The codecs that a pattern can stand for, told apart by their tags; io-ts gives no other way to look into one. */
type Shape =
  | { readonly _tag: 'StringType' | 'BooleanType' }
  | { readonly _tag: 'LiteralType'; readonly value: string | number | boolean }
  | { readonly _tag: 'KeyofType'; readonly keys: Readonly<Record<string, unknown>> }
  | { readonly _tag: 'ReadonlyArrayType' | 'ExactType'; readonly type: t.Mixed }
  | { readonly _tag: 'UnionType' | 'IntersectionType'; readonly types: ReadonlyArray<t.Mixed> }
  | { readonly _tag: 'InterfaceType' | 'PartialType'; readonly props: Props };

type Member = { readonly codec: t.Mixed; readonly optional: boolean };

const characters = String.raw`[^"\\\x00-\x1f]*`;
const integer = String.raw`(?:0|-?[1-9]\d{0,14})`;
const vlan = String.raw`(?:[1-9]\d{0,2}|[1-3]\d{3}|40(?:[0-8]\d|9[0-4]))`;
const label = '[a-z0-9](?:[a-z0-9-]*[a-z0-9])?';

/** Texts that a codec refines: IPv4 alone of addresses and networks. */
const refined: ReadonlyMap<unknown, string> = new Map<unknown, string>([
  [IpAddress, String.raw`${octetPattern}(?:\.${octetPattern}){3}`],
  [Cidr, cidrPattern],
  [Digest, '[0-9a-f]{64}'],
  [NodeUid, String.raw`[\w.-]{1,64}`],
  [Uuid, '[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}'],
  [NodeName, String.raw`(?=[^"]{1,253}")${label}(?:\.${label})*`],
]);

/** Makes a group of the value at a path that is wanted. */
type Mark = (path: string, pattern: string) => string;

const escaped = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|/]/g, String.raw`\$&`);

const join = (path: string, key: string): string => (path === '' ? key : `${path}.${key}`);

/** `undefined` when there are members that no list of keys tells. */
const membersOf = (shape: Shape): ReadonlyMap<string, Member> | undefined => {
  if (shape._tag === 'InterfaceType' || shape._tag === 'PartialType') {
    const optional = shape._tag === 'PartialType';
    return new Map(Object.entries(shape.props).map(([key, codec]) => [key, { codec, optional }]));
  }
  if (shape._tag !== 'IntersectionType') return undefined;
  const all = shape.types.map((type) => membersOf(type as unknown as Shape));
  return all.every((members) => members !== undefined)
    ? new Map(all.flatMap((members) => [...members]))
    : undefined;
};

/**
 * Sorted by key as canonical JSON has them, with the commas that those that are there need. A member that may be absent, and that no
 * pattern can stand for, is absent.
 */
const objectPattern = (
  members: ReadonlyMap<string, Member>,
  path: string,
  apart: string | undefined,
  mark: Mark,
): string | undefined => {
  let source = '';
  let begun = false;
  const texts: string[] = [];
  for (const key of [...members.keys()].filter((name) => name !== apart).sort()) {
    const member = members.get(key);
    const value = member && patternOf(member.codec, join(path, key), undefined, mark);
    if (value === undefined && member?.optional) continue;
    if (member === undefined || value === undefined) return undefined;
    const text = `${escaped(JSON.stringify(key))}:${value}`;
    texts.push(text);
    const parted = begun ? `,${text}` : member.optional ? `${text},` : text;
    source += member.optional ? `(?:${parted})?` : parted;
    begun ||= !member.optional;
  }
  return String.raw`\{${begun ? source : anyOf(texts)}\}`;
};

/** Members of which each may be absent: for the commas' sake, by the first that is there. */
const anyOf = (texts: ReadonlyArray<string>): string => {
  const beginning = texts.map(
    (text, index) =>
      `${text}${texts
        .slice(index + 1)
        .map((next) => `(?:,${next})?`)
        .join('')}`,
  );
  return `(?:${beginning.join('|')})?`;
};

const patternOf = (
  codec: t.Mixed,
  path: string,
  apart: string | undefined,
  mark: Mark,
): string | undefined => {
  if (codec === Integer) return mark(path, integer);
  if (codec === Vlan) return mark(path, vlan);
  const text = refined.get(codec);
  if (text !== undefined) return `"${mark(path, text)}"`;
  const shape = codec as unknown as Shape;
  switch (shape._tag) {
    case 'StringType':
      return `"${mark(path, characters)}"`;
    case 'BooleanType':
      return mark(path, 'true|false');
    case 'LiteralType':
      return escaped(JSON.stringify(shape.value));
    case 'KeyofType':
      return `"${mark(path, Object.keys(shape.keys).map(escaped).join('|'))}"`;
    case 'ExactType': {
      const members = membersOf(shape.type as unknown as Shape);
      return members && objectPattern(members, path, apart, mark);
    }
    case 'ReadonlyArrayType': {
      const [first, second] = [0, 1].map((index) =>
        patternOf(shape.type, join(path, String(index)), undefined, mark),
      );
      return first && second && String.raw`\[(?:${first}(?:,${second})?)?\]`;
    }
    case 'UnionType': {
      const types = shape.types.map((type) => patternOf(type, path, apart, mark));
      return types.every((type) => type !== undefined) ? `(?:${types.join('|')})` : undefined;
    }
    default:
      return undefined;
  }
};

/**
 * The canonical JSON text of what a codec decodes, as a regular expression derived from the codec. Of a text that it matches
 * the codec makes exactly what `JSON.parse` makes of it; of any other text it says nothing, and the codec must be asked.
 * Matching takes a tenth of the codec's time. The values at the `wanted` paths (`netns.path`) are its groups, in the order of
 * the text: that of the sorted keys.
 *
 * It leaves to the codec: strings with escapes, integers of more than 15 digits, IPv6 addresses, large networks, more than two in an array,
 * keys in another order. `undefined` for a codec that says what no pattern can: that of a record, for one.
 */
export const canonicalPattern = (
  codec: t.Mixed,
  wanted: ReadonlyArray<string> = [],
  /** A key of the codec that stands elsewhere than in the text. */
  apart?: string,
): RegExp | undefined => {
  const found: string[] = [];
  const source = patternOf(codec, '', apart, (path, pattern) => {
    if (!wanted.includes(path)) return `(?:${pattern})`;
    found.push(path);
    return `(${pattern})`;
  });
  if (source === undefined) return undefined;
  if (found.join() !== wanted.join())
    throw new TypeError(`the text has ${found.join()} in this order, not ${wanted.join()}`);
  return new RegExp(`^${source}$`);
};
