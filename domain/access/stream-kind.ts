import { logStream } from '../esdb/ledger-stream.ts';
import { parseHostStream } from '../stream.ts';

/** What a stream is for, as far as rights depend on it. */
export type StreamKind =
  | { readonly kind: 'cluster'; readonly cluster: string }
  /** `of` is absent where the name is none that an agent makes. */
  | { readonly kind: 'host' | 'audit'; readonly of?: { readonly cluster: string; readonly node: string } }
  /** The log's own stream, which the server writes. */
  | { readonly kind: 'log' }
  /** Names that begin with `$` are EventStoreDB's own. */
  | { readonly kind: 'system' }
  | { readonly kind: 'client' };

const nodeOf = (stream: string): Pick<StreamKind & { kind: 'host' }, 'of'> => {
  const named = parseHostStream(stream);
  return named === undefined ? {} : { of: { cluster: named.cluster, node: named.node } };
};

export const streamKind = (stream: string): StreamKind => {
  if (stream === logStream) return { kind: 'log' };
  if (stream.startsWith('cluster-')) return { kind: 'cluster', cluster: stream.slice('cluster-'.length) };
  if (stream.startsWith('host-')) return { kind: 'host', ...nodeOf(stream) };
  if (stream.startsWith('audit-')) return { kind: 'audit', ...nodeOf(stream.replace(/^audit-/, 'host-')) };
  return { kind: stream.startsWith('$') ? 'system' : 'client' };
};
