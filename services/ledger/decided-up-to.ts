import { either as E } from 'fp-ts';
import { clusterEvents } from '../../domain/cluster/events.ts';
import { decodeMetadata } from '../../domain/envelope.ts';
import type { ClusterName } from '../../domain/identity/cluster-name.ts';
import type { RecordedEvent } from '../../domain/port/event-store.ts';
import { clusterStream, parseHostStream } from '../../domain/stream.ts';
import { eachSubscribed } from '../follow.ts';
import type { StreamFailure } from '../stream-failure.ts';
import type { TransactPorts } from '../transact.ts';
import { commandsOf } from './commands-of.ts';
import { readRequest, requests } from './read-request.ts';

type Ports = Pick<TransactPorts, 'store' | 'ids'>;

/** The ids of the commands that a request asks for; none where it asks nothing of this cluster, or cannot be read. */
const commandIds = (ids: Ports['ids'], name: ClusterName, recorded: RecordedEvent): ReadonlyArray<string> => {
  const source = parseHostStream(recorded.stream);
  if (source === undefined || source.cluster !== name) return [];
  const asking = readRequest(recorded);
  return E.isLeft(asking) || asking.right === undefined
    ? []
    : commandsOf(asking.right, source, undefined).map(({ type }) => ids.derive(recorded.id, type));
};

/**
 * The position of the last request that anything came of; −1 for none. Requests are decided in their order, so all up to it are decided,
 * those that came to nothing too. `from`: behind the checkpoint; `to`: the cluster stream's last event, which must be in the log.
 */
export const decidedUpTo = async (
  { store, ids }: Ports,
  name: ClusterName,
  { from, to }: { readonly from: number; readonly to: number },
  signal: AbortSignal,
): Promise<E.Either<StreamFailure, number>> => {
  if (to < from) return E.right(-1);
  const types = [...requests, ...Object.keys(clusterEvents)];
  const asked = new Map<string, number>();
  const found = new AbortController();
  const until = AbortSignal.any([signal, found.signal]);
  let last = -1;
  const read = await eachSubscribed<StreamFailure>(
    store,
    { types, from, archived: 'passed-over', signal: until },
    (recorded) => {
      if (recorded.position >= to) found.abort();
      if (recorded.stream !== clusterStream(name)) {
        for (const id of commandIds(ids, name, recorded)) asked.set(id, recorded.position);
        return E.right(undefined);
      }
      const metadata = decodeMetadata(recorded);
      if (E.isRight(metadata)) last = Math.max(last, asked.get(metadata.right.$causationId) ?? -1);
      return metadata;
    },
  );
  return E.map(() => last)(read);
};
