import type { ClusterName } from '../identity/cluster-name.ts';
import type { NodeName } from '../identity/node-name.ts';
import type { Incarnation } from '../identity/uuid.ts';
import { hostStream } from '../stream.ts';

const prefix = 'cluster-';

export const clusterStreams = (streams: Iterable<string>): ReadonlyArray<string> =>
  [...streams].filter((stream) => stream.startsWith(prefix));

/** The stream of a node that a cluster's stream names, in the life that it names. */
export const hostStreamOf = (clusterStream: string, node: NodeName, incarnation: Incarnation): string =>
  hostStream(clusterStream.slice(prefix.length) as ClusterName, node, incarnation);
