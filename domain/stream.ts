import type { ClusterName } from './identity/cluster-name.ts';
import { NodeName } from './identity/node-name.ts';
import { Incarnation } from './identity/uuid.ts';

/** The allocator's stream: which node holds which subnet. */
export const clusterStream = (cluster: ClusterName): string => `cluster-${cluster}`;

/**
 * One node's stream in one life of its local log: which attachment holds which address. A long life is written in eras, each a
 * stream of its own; the first has the life's own name.
 */
export const hostStream = (
  cluster: ClusterName,
  node: NodeName,
  incarnation: Incarnation,
  era = firstEra,
): string => `host-${cluster}:${node}:${incarnation}${era === firstEra ? '' : `:${era}`}`;

export const firstEra = 1;

export type HostStream = {
  readonly cluster: string;
  readonly node: NodeName;
  readonly incarnation: Incarnation;
  readonly era: number;
};

/** The inverse of `hostStream`; `undefined` for any other stream. */
export const parseHostStream = (stream: string): HostStream | undefined => {
  const [, cluster = '', node, incarnation, later] =
    /^host-([^:]+):([^:]+):([^:]+?)(?::([2-9]|[1-9]\d{1,14}))?$/.exec(stream) ?? [];
  return NodeName.is(node) && Incarnation.is(incarnation)
    ? { cluster, node, incarnation, era: later === undefined ? firstEra : Number(later) }
    : undefined;
};

/** What was done to one log's file itself, by the agent that writes it. */
export const auditStream = (cluster: ClusterName, node: NodeName, incarnation: Incarnation): string =>
  `audit-${cluster}:${node}:${incarnation}`;

/** The audit stream beside a host's streams, in that host's own log; `undefined` for any other stream. */
export const auditStreamBeside = (stream: string): string | undefined => {
  const named = parseHostStream(stream);
  return named && auditStream(named.cluster as ClusterName, named.node, named.incarnation);
};

export const isAuditStream = (stream: string): boolean => stream.startsWith('audit-');

/** The name of the first era of a host's stream: what all eras of one life go by. Any other stream's own name. */
export const lifeOf = (stream: string): string => {
  // Folds ask this for each event, nearly always of a first era: that is seen without reading the name.
  const end = stream.indexOf(':', stream.indexOf(':', stream.indexOf(':') + 1) + 1);
  return end <= 0 || parseHostStream(stream) === undefined ? stream : stream.slice(0, end);
};

/** The stream of another era of the same life. */
export const eraOf = (stream: string, era: number): string =>
  era === firstEra ? lifeOf(stream) : `${lifeOf(stream)}:${era}`;

/** Whether two host streams are of one node of one cluster, whatever their lives. */
export const sameNode = (one: string, other: string): boolean => {
  const [a, b] = [parseHostStream(one), parseHostStream(other)];
  return a !== undefined && b !== undefined && a.cluster === b.cluster && a.node === b.node;
};
