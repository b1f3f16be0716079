import type { RecordedEvent } from '../../domain/port/event-store.ts';
import { plain } from '../../domain/shown.ts';
import { columns } from './columns.ts';

/** A recorded event with payload and metadata as JSON values. */
export type LogEntry = Omit<RecordedEvent, 'payload' | 'metadata'> & {
  readonly payload: Readonly<Record<string, unknown>>;
  readonly metadata: Readonly<Record<string, unknown>>;
  /** What was taken out of the payload. */
  readonly redacted?: ReadonlyArray<string>;
};

export type LogAnswer = { readonly events: ReadonlyArray<LogEntry> };

const said = (value: unknown): string => {
  if (Array.isArray(value)) return value.map(said).join(',');
  if (typeof value !== 'object' || value === null) return String(value);
  const { address, cidr } = value as { readonly address?: unknown; readonly cidr?: unknown };
  if (address !== undefined || cidr !== undefined) return String(address ?? cidr);
  return JSON.stringify(value);
};

/** What of a payload tells events apart at a glance; `--json` has all of it. */
const telling = [
  'position',
  'redacted',
  'node',
  'subnet',
  'subnets',
  'hostAddress',
  'podCidrs',
  'hostCidr',
  'containerId',
  'ifname',
  'addresses',
  'reason',
  'by',
];

const summary = ({ payload, redacted = [] }: LogEntry): string =>
  [
    ...telling
      .filter((key) => payload[key] !== undefined)
      .map((key) => `${key}=${plain(said(payload[key]).slice(0, 40))}`),
    ...redacted.map((key) => `${key}=(redacted)`),
  ].join(' ');

/** `host-evio:node-1:8c1f…` is long; the incarnation's first characters tell one life from another. */
const streamName = (stream: string): string => stream.replace(/:([0-9a-f]{8})-[0-9a-f-]+$/, ':$1');

/** Clients name their streams and events as they like. */
const cell = (text: string): string => plain(text.length > 100 ? `${text.slice(0, 100)}…` : text);

export const logWords = ({ events }: LogAnswer): string =>
  events.length === 0
    ? 'no event there'
    : columns(
        ['POSITION', 'RECORDED', 'STREAM', 'REVISION', 'EVENT', ''],
        events.map((event) => {
          const { position, recordedAt, stream, revision, type } = event;
          return [
            String(position),
            recordedAt,
            cell(streamName(stream)),
            String(revision),
            cell(type),
            summary(event),
          ];
        }),
      );
