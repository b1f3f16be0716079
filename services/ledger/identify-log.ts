import { either as E } from 'fp-ts';
import type { LogRestored } from '../../domain/cluster/events.ts';
import { logStream } from '../../domain/esdb/ledger-stream.ts';
import { encodeEvent } from '../../domain/event.ts';
import { logEvents } from '../../domain/log/events.ts';
import type { LogUnreadable } from '../../domain/port/log-reader.ts';
import { sealEvents } from '../seal-events.ts';
import type { StreamFailure } from '../stream-failure.ts';
import type { TransactPorts } from '../transact.ts';
import { type RestoreRecorded, recordRestore } from './record-restore.ts';
import { saidIdentity } from './said-identity.ts';
import type { SurveyLog } from './survey.ts';

const nothing: RestoreRecorded = { recorded: [], leftOut: [] };

/**
 * Writes into `evio-log` which log this is, unless its last event says so: readers on the wire have no file to look into. Where an epoch
 * began since, its backup is recorded in every cluster first, so that an interruption in between is made good at the next call; and in
 * those whose `minReader` did not allow it then, once it does. `backup` is what a log that never said anything was restored from.
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
  const same = said?.identity.logId === logId && said.identity.epoch === epoch;
  if (same && said.identity.backup === undefined) return E.right(nothing);

  let restored = nothing;
  let from = backup;
  // Epochs above the first begin with a restore.
  if (backup !== undefined || said !== undefined || epoch > 1) {
    const surveyed = survey();
    if (E.isLeft(surveyed)) return surveyed;
    const { streams, end } = surveyed.right;
    from ??= same ? said.identity.backup : { epoch: said?.identity.epoch ?? epoch - 1, position: end };
    if (from === undefined) return E.right(nothing);
    const recorded = await recordRestore(ports, streams, from, same ? said : undefined);
    if (E.isLeft(recorded)) return recorded;
    restored = recorded.right;
  }
  if (same) return E.right(restored);
  // Random: whoever could work it out from what readers know could take it first, and the log would never be identified.
  const commandId = ids.random();
  const events = sealEvents(
    ports,
    { stream: logStream, incarnation: logId },
    said?.head ?? { revision: -1, hash: undefined },
    { actor: 'ledger', commandId, correlationId: commandId },
    [encodeEvent(logEvents)({ type: 'LogIdentified', logId, epoch, ...(from && { backup: from }) })],
  );
  const expectedRevision = said?.head.revision ?? 'no-stream';
  const appended = await store.append({ stream: logStream, expectedRevision, events })();
  return E.isLeft(appended) ? appended : E.right(restored);
};
