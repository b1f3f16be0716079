import { isAuditStream } from '../stream.ts';

/** The log's own story: which log this is, and in which epoch. */
export const logStream = 'evio-log';

const metadataPrefix = '$$';

/** The stream that tells how another one is read: its last event says so. */
export const metadataStream = (stream: string): string => `${metadataPrefix}${stream}`;

/** The stream whose metadata stream this is; `undefined` of any other. */
export const describedBy = (stream: string): string | undefined =>
  stream.startsWith(metadataPrefix) ? stream.slice(metadataPrefix.length) : undefined;

/** Whether a stream's events are ours, complete with envelope and hash. All others hold what clients make of them. */
export const isLedgerStream = (stream: string): boolean =>
  stream.startsWith('host-') ||
  stream.startsWith('cluster-') ||
  isAuditStream(stream) ||
  stream === logStream;

/** Whether nothing may ever be hidden of a stream: a ledger stream, or the metadata stream of one. */
export const isKeptWhole = (stream: string): boolean => isLedgerStream(describedBy(stream) ?? stream);
