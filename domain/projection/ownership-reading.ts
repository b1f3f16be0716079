import { either as E } from 'fp-ts';
import { clusterEvents } from '../cluster/events.ts';
import { decodeMetadata } from '../envelope.ts';
import { isLedgerStream } from '../esdb/ledger-stream.ts';
import { decodeEvent, type UnreadableEvent } from '../event.ts';
import { hostEvents } from '../host/events.ts';
import type { RecordedEvent } from '../port/event-store.ts';
import { type HostStream, lifeOf, parseHostStream } from '../stream.ts';
import { type Ownership, recordHorizon } from './ownership.ts';
import { recordClusterEvent } from './ownership-cluster.ts';
import { recordHostEvent } from './ownership-host.ts';
import { type Mark, momentOf } from './ownership-span.ts';

const decodeHost = decodeEvent(hostEvents);
const decodeCluster = decodeEvent(clusterEvents);

/**
 * A copy that shares nothing. Engines keep a whole text alive for a part that was cut out of it, and a text that was joined as
 * its parts: of hundreds of thousands of marks that is most of the memory.
 */
const copied = (text: string): string => ` ${text}`.slice(1);

const markOf = ({ position, revision, id }: RecordedEvent, time: string): Mark => ({
  time: copied(time),
  position,
  revision,
  event: copied(id),
});

/** Reads the stored text itself: events that were recorded before the field was thought of lack it. */
const clockSynchronised = (payload: string): { readonly clockSynchronised?: boolean } => {
  const { clockSynchronised } = JSON.parse(payload) as { readonly clockSynchronised?: unknown };
  return typeof clockSynchronised === 'boolean' ? { clockSynchronised } : {};
};

/** A host's life: its eras are one stream to whoever asks about the past, by the name of the first. */
type Life = { readonly host: HostStream; readonly stream: string };

const readLife = (stream: string): Life | undefined => {
  const host = parseHostStream(stream);
  return host && { host, stream: lifeOf(stream) };
};

/**
 * The fold over a whole log: cluster streams and host streams say who held what, any other ledger stream only how far it is known, and
 * clients' streams nothing.
 * An event that cannot be read is named and changes nothing: nobody may go on behind it.
 */
export const readOwnership = (ownership: Ownership) => {
  const hosts = new Map<string, Life | undefined>();
  const hostOf = (stream: string): Life | undefined => {
    if (!hosts.has(stream)) hosts.set(stream, readLife(stream));
    return hosts.get(stream);
  };
  const ofHost = ({ host, stream }: Life, recorded: RecordedEvent): E.Either<UnreadableEvent, void> => {
    const decoded = decodeHost(recorded);
    if (E.isLeft(decoded)) return decoded;
    const { event, metadata } = decoded.right;
    const { position, revision } = recorded;
    const mark = markOf(recorded, metadata.time);
    recordHorizon(ownership, stream, mark, metadata.incarnation);
    if (event.type === 'HostStarted') {
      const { bootId } = event;
      ownership.booted({
        stream,
        position,
        revision,
        at: momentOf(mark),
        bootId,
        ...clockSynchronised(recorded.payload),
      });
    }
    recordHostEvent(ownership, stream, host, mark, event);
    return E.right(undefined);
  };
  const ofCluster = (recorded: RecordedEvent): E.Either<UnreadableEvent, void> => {
    const decoded = decodeCluster(recorded);
    if (E.isLeft(decoded)) return decoded;
    const { event, metadata } = decoded.right;
    const mark = markOf(recorded, metadata.time);
    recordHorizon(ownership, recorded.stream, mark, metadata.incarnation);
    recordClusterEvent(ownership, recorded.stream, mark, event);
    return E.right(undefined);
  };
  const ofAnother = (recorded: RecordedEvent): E.Either<UnreadableEvent, void> => {
    const metadata = decodeMetadata(recorded);
    if (E.isLeft(metadata)) return metadata;
    const { time, incarnation } = metadata.right;
    recordHorizon(ownership, recorded.stream, markOf(recorded, time), incarnation);
    return E.right(undefined);
  };
  return (recorded: RecordedEvent): E.Either<UnreadableEvent, void> => {
    const host = hostOf(recorded.stream);
    if (host !== undefined) return ofHost(host, recorded);
    if (recorded.stream.startsWith('cluster-')) return ofCluster(recorded);
    return isLedgerStream(recorded.stream) ? ofAnother(recorded) : E.right(undefined);
  };
};
