import type { ClusterName } from './identity/cluster-name.ts';
import { NodeName } from './identity/node-name.ts';
import { Incarnation } from './identity/uuid.ts';

/** The allocator's stream: which node holds which subnet. */
export const clusterStream = (cluster: ClusterName): string => `cluster-${cluster}`;

/** One node's stream in one life of its local log: which attachment holds which address. */
export const hostStream = (cluster: ClusterName, node: NodeName, incarnation: Incarnation): string =>
  `host-${cluster}:${node}:${incarnation}`;

export type HostStream = {
  readonly cluster: string;
  readonly node: NodeName;
  readonly incarnation: Incarnation;
};

/** The inverse of `hostStream`; `undefined` for any other stream. */
export const parseHostStream = (stream: string): HostStream | undefined => {
  const [, cluster = '', node, incarnation] = /^host-([^:]+):([^:]+):([^:]+)$/.exec(stream) ?? [];
  return NodeName.is(node) && Incarnation.is(incarnation) ? { cluster, node, incarnation } : undefined;
};

/** What was done to one log's file itself, by the agent that writes it. */
export const auditStream = (cluster: ClusterName, node: NodeName, incarnation: Incarnation): string =>
  `audit-${cluster}:${node}:${incarnation}`;

export const isAuditStream = (stream: string): boolean => stream.startsWith('audit-');
