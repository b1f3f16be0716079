import type { Allocation } from '../../domain/host/events.ts';
import type { AllocationSpan, Mark } from '../../domain/projection/ownership-span.ts';
import { parseHostStream } from '../../domain/stream.ts';
import { DamagedIndex } from './damaged-index.ts';

/*
 * Attachments are many, and a question about all of them reads tens of thousands at once: a span is one text of fields
 * in a fixed order, several times quicker to read than JSON.
 */

const separator = '\t';

/** What comes before is in every text; then an address and its choice, once for each family. */
const firstAddress = 26;

/** No name of ours holds one; a path might. */
const escaped = (field: string): string => (/[\t%]/.test(field) ? encodeURIComponent(field) : field);
const unescaped = (field: string): string => (field.includes('%') ? decodeURIComponent(field) : field);

const markFields = (mark: Mark | undefined): ReadonlyArray<string> =>
  mark === undefined
    ? ['', '', '', '']
    : [mark.time, String(mark.position), String(mark.revision), mark.event];

/** `stream` is the number under which the index keeps the stream's name. */
export const allocationText = (span: AllocationSpan, stream: number): string => {
  const { network, containerId, ifname, mac, netns, pod, reason, from, wired, to } = span;
  const { wentBack, earliest, latest, addresses } = span;
  return [
    String(stream),
    network,
    containerId,
    ifname,
    mac,
    escaped(netns),
    ...markFields(from),
    ...markFields(wired),
    ...markFields(to),
    reason ?? '',
    escaped(pod?.namespace ?? ''),
    escaped(pod?.name ?? ''),
    escaped(pod?.uid ?? ''),
    String(earliest),
    latest === undefined ? '' : String(latest),
    wentBack ? '1' : '',
    String(span.carried ?? ''),
    ...addresses.flatMap(({ address, choice }) => [address, escaped(JSON.stringify(choice))]),
  ].join(separator);
};

const markOf = (fields: ReadonlyArray<string>, first: number): Mark | undefined => {
  const [time, event] = [fields[first], fields[first + 3]];
  if (time === undefined || time === '' || event === undefined) return undefined;
  return { time, position: Number(fields[first + 1]), revision: Number(fields[first + 2]), event };
};

/** The rest of a text, in pairs; there are few choices, and each is read once. */
const addressesOf = (
  fields: ReadonlyArray<string>,
  choices: Map<string, Allocation['choice']>,
): ReadonlyArray<Allocation> => {
  const addresses: Allocation[] = [];
  for (let index = firstAddress; index < fields.length; index += 2) {
    const text = fields[index + 1] ?? '';
    const choice = choices.get(text) ?? (JSON.parse(unescaped(text)) as Allocation['choice']);
    choices.set(text, choice);
    addresses.push({ address: fields[index] as Allocation['address'], choice });
  }
  return addresses;
};

/** Reads the texts of one index; `streams` are its names by their numbers. */
export const allocationReader = (streams: ReadonlyArray<string>): ((text: string) => AllocationSpan) => {
  const hosts = streams.map(parseHostStream);
  const choices = new Map<string, Allocation['choice']>();
  return (text) => {
    const fields = text.split(separator);
    const [stream, network = '', containerId = '', ifname = '', mac = '', netns = ''] = fields;
    const host = hosts[Number(stream)];
    const from = markOf(fields, 6);
    if (host === undefined || from === undefined || fields.length < firstAddress)
      throw new DamagedIndex('a row is no span');
    const wired = markOf(fields, 10);
    const to = markOf(fields, 14);
    const uid = fields[21] ?? '';
    const name = fields[20] ?? '';
    const span: { -readonly [Key in keyof AllocationSpan]: AllocationSpan[Key] } = {
      kind: 'allocation',
      stream: streams[Number(stream)] ?? '',
      node: host.node,
      incarnation: host.incarnation,
      from,
      earliest: Number(fields[22]),
      network,
      containerId,
      ifname,
      addresses: addressesOf(fields, choices),
      mac,
      netns: unescaped(netns),
    };
    if (wired !== undefined) span.wired = wired;
    if (to !== undefined) span.to = to;
    if (fields[23] !== '') span.latest = Number(fields[23]);
    if (fields[24] !== '') span.wentBack = true;
    if (fields[25] !== '') span.carried = Number(fields[25]);
    if (fields[18] !== '') span.reason = fields[18] as NonNullable<AllocationSpan['reason']>;
    if (name !== '') {
      const pod = { namespace: unescaped(fields[19] ?? ''), name: unescaped(name) };
      span.pod = uid === '' ? pod : { ...pod, uid: unescaped(uid) };
    }
    return span;
  };
};
