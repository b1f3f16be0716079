import { either as E } from 'fp-ts';
import { logStream } from '../../domain/esdb/ledger-stream.ts';
import { decodeEvent, encodeEvent } from '../../domain/event.ts';
import { logEvents } from '../../domain/log/events.ts';
import type { LogIdentity } from '../../domain/port/event-store.ts';
import { sealEvents } from '../seal-events.ts';
import type { StreamFailure } from '../stream-failure.ts';
import type { TransactPorts } from '../transact.ts';

/** What the log says of itself; `undefined` when it says nothing yet. */
const saidIdentity = async ({
  store,
}: Pick<TransactPorts, 'store'>): Promise<
  E.Either<
    StreamFailure,
    { readonly head: { revision: number; hash: string }; readonly said: LogIdentity } | undefined
  >
> => {
  const head = await store.head(logStream)();
  if (E.isLeft(head)) return head;
  if (head.right === undefined) return E.right(undefined);
  const { revision, hash } = head.right;
  for await (const recorded of store.readStream(logStream, revision)) {
    const decoded = decodeEvent(logEvents)(recorded);
    return E.isLeft(decoded) ? decoded : E.right({ head: { revision, hash }, said: decoded.right.event });
  }
  return E.left({ type: 'unavailable', reason: `the last event of ${logStream} cannot be read` });
};

/** Writes into `evio-log` which log this is, unless its last event says so: readers on the wire have no file to look into. */
export const identifyLog = async (ports: TransactPorts): Promise<E.Either<StreamFailure, undefined>> => {
  const { store, ids } = ports;
  const { logId, epoch } = store.identity;
  const known = await saidIdentity(ports);
  if (E.isLeft(known)) return known;
  const { head, said } = known.right ?? {};
  if (said?.logId === logId && said.epoch === epoch) return E.right(undefined);
  const commandId = ids.derive(logId, `identify/${epoch}`);
  const event = encodeEvent(logEvents)({ type: 'LogIdentified', logId, epoch });
  const events = sealEvents(
    ports,
    { stream: logStream, incarnation: logId },
    head ?? { revision: -1, hash: undefined },
    { actor: 'ledger', commandId, correlationId: commandId },
    [event],
  );
  const appended = await store.append({
    stream: logStream,
    expectedRevision: head?.revision ?? 'no-stream',
    events,
  })();
  return E.isLeft(appended) ? appended : E.right(undefined);
};
