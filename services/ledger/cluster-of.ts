import { streamKind } from '../../domain/access/stream-kind.ts';
import { ClusterName } from '../../domain/identity/cluster-name.ts';

/** The cluster whose stream this is; `undefined` for any other stream, whatever a client called it and its events. */
export const clusterOf = (stream: string): ClusterName | undefined => {
  const kind = streamKind(stream);
  return kind.kind === 'cluster' && ClusterName.is(kind.cluster) ? kind.cluster : undefined;
};
