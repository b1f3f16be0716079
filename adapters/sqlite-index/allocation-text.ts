import type { Pod } from '../../domain/host/events.ts';
import type { AllocationSpan, Mark } from '../../domain/projection/ownership-span.ts';
import { parseHostStream } from '../../domain/stream.ts';
import { DamagedIndex } from './damaged-index.ts';
import { type Fields, fieldReader, separator } from './fields.ts';

/*
 * Attachments are many, and a question about all of them reads tens of thousands at once: a span is one text of fields
 * in a fixed order, several times quicker to read than JSON.
 */

type Held = AllocationSpan['addresses'][number];
type Choice = Held['choice'];

/** No name of ours holds one; a path might. */
const escaped = (field: string): string => (/[\t%]/.test(field) ? encodeURIComponent(field) : field);
const unescaped = (field: string): string => (field.includes('%') ? decodeURIComponent(field) : field);

const markFields = (mark: Mark | undefined): ReadonlyArray<string> =>
  mark === undefined
    ? ['', '', '', '']
    : [mark.time, String(mark.position), String(mark.revision), mark.event];

/** `stream` is the number under which the index keeps the stream's name. */
export const allocationText = (span: AllocationSpan, stream: number): string => {
  const { network, containerId, ifname, mac, netns, pod, podRedacted, reason, from, wired, to } = span;
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
    podRedacted ? '1' : '',
    String(span.carried ?? ''),
    ...addresses.flatMap(({ address, choice }) => [address, escaped(JSON.stringify(choice))]),
  ].join(separator);
};

/** Four fields; all of them are empty where there is no mark. */
const markOf = (fields: Fields): Mark | undefined => {
  const time = fields.text();
  if (time !== '')
    return { time, position: fields.number(), revision: fields.number(), event: fields.text() };
  fields.skip(3);
  return undefined;
};

/** The addresses that are left; nearly all have one, with one and the same choice. (A map would hash each text anew.) */
const addressReader = (fields: Fields): (() => ReadonlyArray<Held>) => {
  let text = '';
  let choice: Choice | undefined;
  const next = (): Held => {
    const address = fields.text() as Held['address'];
    const found = fields.again(text);
    if (choice === undefined || found !== text) choice = JSON.parse(unescaped(found)) as Choice;
    text = found;
    return { address, choice };
  };
  return () => {
    if (fields.atEnd()) return [];
    // A list that grows from nothing is given room for seventeen.
    const addresses = [next()];
    while (!fields.atEnd()) addresses.push(next());
    return addresses;
  };
};

const podOf = (namespace: string, name: string, uid: string): Pod =>
  uid === ''
    ? { namespace: unescaped(namespace), name: unescaped(name) }
    : { namespace: unescaped(namespace), name: unescaped(name), uid: unescaped(uid) };

/** Reads the texts of one index; `streams` are its names by their numbers. */
export const allocationReader = (streams: ReadonlyArray<string>): ((text: string) => AllocationSpan) => {
  const hosts = streams.map(parseHostStream);
  const fields = fieldReader();
  const addressesLeft = addressReader(fields);
  let [network, ifname, namespace] = ['', '', ''];
  return (text) => {
    fields.begin(text);
    const key = fields.number();
    const host = hosts[key];
    network = fields.again(network);
    const containerId = fields.text();
    ifname = fields.again(ifname);
    const mac = fields.text();
    const netns = fields.text();
    const from = markOf(fields);
    const wired = markOf(fields);
    const to = markOf(fields);
    const reason = fields.text();
    namespace = fields.again(namespace);
    const name = fields.text();
    const uid = fields.text();
    const earliest = Number(fields.text());
    const latest = fields.text();
    const wentBack = fields.text();
    const podRedacted = fields.text();
    const carried = fields.text();
    const addresses = addressesLeft();
    if (host === undefined || from === undefined) throw new DamagedIndex('a row is no span');
    const span: { -readonly [Key in keyof AllocationSpan]: AllocationSpan[Key] } = {
      kind: 'allocation',
      stream: streams[key] ?? '',
      node: host.node,
      incarnation: host.incarnation,
      from,
      earliest,
      network,
      containerId,
      ifname,
      addresses,
      mac,
      netns: unescaped(netns),
    };
    if (wired !== undefined) span.wired = wired;
    if (to !== undefined) span.to = to;
    if (latest !== '') span.latest = Number(latest);
    if (wentBack !== '') span.wentBack = true;
    if (podRedacted !== '') span.podRedacted = true;
    if (carried !== '') span.carried = Number(carried);
    if (reason !== '') span.reason = reason as NonNullable<AllocationSpan['reason']>;
    if (name !== '') span.pod = podOf(namespace, name, uid);
    return span;
  };
};
