import { either as E } from 'fp-ts';
import { decodeEvent, type Recorded, type UnreadableEvent } from '../../domain/event.ts';
import { type HostEvent, hostEvents } from '../../domain/host/events.ts';
import type { RecordedEvent } from '../../domain/port/event-store.ts';

/** `EraOpened` asks for nothing: the checkpoint behind it says that all requests of the era before are decided. */
export const requests = [
  'JoinRequested',
  'LeaseSurrendered',
  'SubnetRequested',
  'LeasePresented',
  'EraOpened',
] satisfies ReadonlyArray<HostEvent['type']>;

/** An Ed25519 key has 44 characters; what is written of a request into the cluster's stream must stay small. */
const longestText = 128;

const decode = decodeEvent(hostEvents);

/**
 * What a node asks for; `undefined` when nothing. A node writes what it likes into its stream: a request that cannot be read is
 * on the left, and no more than that node's.
 */
export const readRequest = (
  recorded: RecordedEvent,
): E.Either<UnreadableEvent, Recorded<HostEvent> | undefined> => {
  if (recorded.type === 'EraOpened') return E.right(undefined);
  const decoded = decode(recorded);
  if (E.isLeft(decoded)) return decoded;
  const { event, metadata, id } = decoded.right;
  const long = [
    ...(event.type === 'JoinRequested' || event.type === 'LeasePresented'
      ? [['publicKey', event.publicKey] as const]
      : []),
    ['$correlationId', metadata.$correlationId] as const,
  ].find(([, text]) => text.length > longestText);
  return long === undefined
    ? decoded
    : E.left({
        type: 'unreadable-payload',
        id,
        event: event.type,
        reason: `${long[0]} is longer than ${longestText} characters`,
      });
};
