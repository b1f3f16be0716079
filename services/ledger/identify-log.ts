import { either as E } from 'fp-ts';
import type { LogRestored } from '../../domain/cluster/events.ts';
import { logStream } from '../../domain/esdb/ledger-stream.ts';
import { decodeEvent, encodeEvent } from '../../domain/event.ts';
import { logEvents } from '../../domain/log/events.ts';
import type { LogIdentity, StreamHead } from '../../domain/port/event-store.ts';
import type { LogUnreadable } from '../../domain/port/log-reader.ts';
import { sealEvents } from '../seal-events.ts';
import type { StreamFailure } from '../stream-failure.ts';
import type { TransactPorts } from '../transact.ts';
import { type RestoreRecorded, recordRestore } from './record-restore.ts';
import type { SurveyLog } from './survey.ts';

type Said = { readonly head: StreamHead; readonly identity: LogIdentity };

/** What the log says of itself; `undefined` when it says nothing yet. */
const saidIdentity = async ({
  store,
}: Pick<TransactPorts, 'store'>): Promise<E.Either<StreamFailure, Said | undefined>> => {
  const head = await store.head(logStream)();
  if (E.isLeft(head)) return head;
  if (head.right === undefined) return E.right(undefined);
  for await (const recorded of store.readStream(logStream, head.right.revision)) {
    const decoded = decodeEvent(logEvents)(recorded);
    if (E.isLeft(decoded)) return decoded;
    return E.right({ head: head.right, identity: decoded.right.event });
  }
  return E.left({ type: 'unavailable', reason: `the last event of ${logStream} cannot be read` });
};

const nothing: RestoreRecorded = { recorded: [], leftOut: [] };

/**
 * Writes into `evio-log` which log this is, unless its last event says so: readers on the wire have no file to look into. Where an epoch
 * began since, its backup is recorded in every cluster first, so that an interruption in between is made good at the next call. `backup`
 * is what a log that never said anything was restored from.
 */
export const identifyLog = async (
  ports: TransactPorts,
  survey: SurveyLog,
  backup?: LogRestored['backup'],
): Promise<E.Either<StreamFailure | LogUnreadable, RestoreRecorded>> => {
  const { store, ids } = ports;
  const { logId, epoch } = store.identity;
  const known = await saidIdentity(ports);
  if (E.isLeft(known)) return known;
  const said = known.right;
  if (said?.identity.logId === logId && said.identity.epoch === epoch) return E.right(nothing);

  let restored = nothing;
  if (backup !== undefined || said !== undefined) {
    const surveyed = survey();
    if (E.isLeft(surveyed)) return surveyed;
    const { streams, end } = surveyed.right;
    const from = backup ?? { epoch: said?.identity.epoch ?? epoch, position: end };
    const recorded = await recordRestore(ports, streams, from);
    if (E.isLeft(recorded)) return recorded;
    restored = recorded.right;
  }
  // Random: whoever could work it out from what readers know could take it first, and the log would never be identified.
  const commandId = ids.random();
  const events = sealEvents(
    ports,
    { stream: logStream, incarnation: logId },
    said?.head ?? { revision: -1, hash: undefined },
    { actor: 'ledger', commandId, correlationId: commandId },
    [encodeEvent(logEvents)({ type: 'LogIdentified', logId, epoch })],
  );
  const expectedRevision = said?.head.revision ?? 'no-stream';
  const appended = await store.append({ stream: logStream, expectedRevision, events })();
  return E.isLeft(appended) ? appended : E.right(restored);
};
