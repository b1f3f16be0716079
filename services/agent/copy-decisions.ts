import { either as E } from 'fp-ts';
import type { UnreadableEvent } from '../../domain/event.ts';
import type { LedgerStanding } from './ledger-standing.ts';
import { describeLedgerFailure, type LedgerFailure } from './ledger-words.ts';
import type { MembershipPorts } from './ports.ts';
import { placeOfReplica, type ReplicaPlace, type Replicating, replicate } from './replicate.ts';

/** How often a log that could not be written is tried again. */
const againMs = 5_000;

/** What this program cannot read stops the replica alone: this node's own events are no part of it. */
const isOfReplicaAlone = ({ type }: LedgerFailure): boolean =>
  ['unknown-event', 'unreadable-payload', 'unreadable-envelope'].includes(type);

/**
 * Copies the ledger's decisions into the own log for as long as a connection lasts. Neither an own log that cannot be written nor a
 * decision that cannot be read ends it: what happens here is shipped all the same. The one is tried again until there is room; at the other
 * the replica stays as it is, and `unread` has it.
 */
export const copyDecisions = async (
  { log, timer }: Pick<MembershipPorts, 'log' | 'timer'>,
  standing: Pick<LedgerStanding, 'replicaStops' | 'replicaGoesOn'>,
  name: string,
  replicating: Replicating,
  begin: ReplicaPlace,
  unread: (event: UnreadableEvent) => void,
  signal: AbortSignal,
): Promise<E.Either<LedgerFailure, undefined>> => {
  const wait = async (): Promise<void> => timer.sleep(againMs, signal);
  let place = begin;
  let isFull = false;
  const wrote = (): void => {
    if (!isFull) return;
    isFull = false;
    standing.replicaGoesOn();
    log.info(`what the ledger ${name} decides is written down here again`);
  };
  for (;;) {
    const ended = await replicate({ ...replicating, wrote }, place, signal);
    if (E.isRight(ended)) return ended;
    const { msg, remedy } = describeLedgerFailure(ended.left, name);
    if (ended.left.type === 'own-log-failed') {
      standing.replicaStops(`${msg}; ${remedy}`);
      if (!isFull)
        log.error(`what the ledger ${name} decides is not written down here: ${msg}`, {
          remedy,
          failure: ended.left,
        });
      isFull = true;
    } else if (isOfReplicaAlone(ended.left)) {
      if (ended.left.type === 'unknown-event') unread(ended.left);
      standing.replicaStops(`${msg}; ${remedy}`);
      log.error(`following the cluster stops: ${msg}`, { remedy, failure: ended.left });
      while (!signal.aborted) await wait();
    } else return ended;
    await wait();
    if (signal.aborted) return E.right(undefined);
    const again = await placeOfReplica(replicating);
    if (E.isRight(again)) place = again.right;
    else if (again.left.type !== 'own-log-failed') return again;
  }
};
