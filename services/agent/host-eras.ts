import { either as E, type taskEither as TE } from 'fp-ts';
import { toCniError } from '../../domain/cni/refusal.ts';
import type { HostCommand } from '../../domain/host/command.ts';
import { host as decider } from '../../domain/host/decider.ts';
import { type HostEvent, hostEvents } from '../../domain/host/events.ts';
import type { HostFailure } from '../../domain/host/failure.ts';
import { minReaderOf } from '../../domain/host/state.ts';
import { hostStateCodec } from '../../domain/host/stored-state.ts';
import type { Incarnation } from '../../domain/identity/uuid.ts';
import type { Append } from '../../domain/port/event-store.ts';
import { eraOf } from '../../domain/stream.ts';
import { newestEra } from '../newest-era.ts';
import type { Cause } from '../seal-events.ts';
import type { StreamFailure } from '../stream-failure.ts';
import { openAggregate } from '../transact.ts';
import type { Host, MembershipPorts } from './ports.ts';

/** A host's life, whichever era it is in. */
export type HostEras = {
  readonly host: Host;
  /** The stream that is written now. */
  readonly stream: () => string;
  /** How many events each closed era has, the first era's first. */
  readonly closed: () => ReadonlyArray<number>;
  /** Closes the era and opens the next. Commands that come meanwhile are decided in that one. */
  readonly closeEra: (cause: Cause) => TE.TaskEither<HostFailure | StreamFailure, undefined>;
};

type Ports = Pick<MembershipPorts, 'ownLog' | 'clock' | 'ids' | 'sha256' | 'snapshots' | 'log'>;

/** An era is closed where no ADD is under way; one that is longer than this, whatever is under way. */
const longest = 1.1;

const openStream = ({ ownLog, clock, ids, sha256, snapshots }: Ports, stream: string, incarnation: string) =>
  openAggregate(
    { store: ownLog, clock, ids, sha256, snapshots },
    {
      stream,
      codecs: hostEvents,
      decider,
      incarnation,
      codec: hostStateCodec,
      // An era begins with all that is known of its readers.
      reader: ({ lease }, event) => minReaderOf(event.type === 'EraOpened' ? event.lease : lease),
    },
  );

/**
 * Opens a host's newest era. Closing one and opening the next are two appends: when only the first of them came to be, the second
 * is made up for before anything else is decided, here or at the next command. What an era begins with follows from the one
 * before, and its event's id from its number, so it is the same whoever opens it.
 *
 * `eraEvents`: an era of so many events is closed when no ADD is under way; 0: never by itself.
 */
export const openHostEras = async (
  ports: Ports,
  life: string,
  incarnation: Incarnation,
  eraEvents: number,
): Promise<E.Either<StreamFailure, HostEras>> => {
  const { ownLog, ids, log } = ports;
  const newest = await newestEra(ownLog, life);
  if (E.isLeft(newest)) return newest;
  const closed = [...newest.right.before];
  let { stream } = newest.right;
  const opened = await openStream(ports, stream, incarnation);
  if (E.isLeft(opened)) return opened;
  let current: Host = opened.right;
  let changing: Promise<E.Either<HostFailure | StreamFailure, undefined>> | undefined;
  const underWay = new Set<Promise<unknown>>();
  let refusalSaid = false;
  let kept: Promise<unknown> = Promise.resolve();

  const openNext = async (): Promise<E.Either<HostFailure | StreamFailure, undefined>> => {
    const from = current.state();
    const head = current.head();
    if (head === undefined)
      return E.left({ type: 'unavailable', reason: 'the closed era is being read again' });
    const next = eraOf(life, from.era + 1);
    const aggregate = await openStream(ports, next, incarnation);
    if (E.isLeft(aggregate)) return aggregate;
    const commandId = ids.derive(incarnation, `open-era/${next}`);
    const begun = await aggregate.right.transact(
      { type: 'open-era', previous: { stream, ...head }, from },
      { actor: 'agent', commandId, correlationId: commandId },
    )();
    if (E.isLeft(begun)) return begun;
    log.info('an era of the host stream was closed', { closed: stream, events: head.revision + 1, next });
    stream = next;
    current = aggregate.right;
    closed.push(head.revision + 1);
    return E.right(undefined);
  };

  /** One change at a time: whoever comes meanwhile waits for it. */
  const change = (
    steps: () => Promise<E.Either<HostFailure | StreamFailure, undefined>>,
  ): Promise<E.Either<HostFailure | StreamFailure, undefined>> => {
    changing ??= Promise.allSettled(underWay)
      .then(steps)
      .finally(() => {
        changing = undefined;
      });
    return changing;
  };

  const closeEra: HostEras['closeEra'] = (cause) => () =>
    change(async () => {
      const head = current.head();
      if (head === undefined)
        return E.left({ type: 'unavailable', reason: 'the stream is being read again' });
      const closed = await current.transact({ type: 'close-era', head }, cause)();
      return E.isLeft(closed) ? closed : openNext();
    });

  const sayRefusal = (failure: HostFailure | StreamFailure): void => {
    if (refusalSaid) return;
    refusalSaid = true;
    const { msg, details: remedy } = toCniError(failure);
    log.warn(`an era is due and was not closed, so the log grows: ${msg}`, { remedy, failure });
  };

  /** An era does not end meanwhile, and no snapshot of the one before comes behind it. */
  const whileChanged = async <A>(alter: () => Promise<A>): Promise<A> => {
    while (changing !== undefined) await changing;
    let altered: Promise<A> | undefined;
    await change(async () => {
      await kept;
      altered = current.whileChanged(alter);
      await altered.catch(() => undefined);
      return E.right(undefined);
    });
    if (altered === undefined) throw new Error('another change of the stream came in between');
    return altered;
  };

  const isDue = (): boolean => {
    const events = current.revision() + 1;
    if (eraEvents === 0 || events < eraEvents || changing !== undefined) return false;
    const head = current.head();
    if (head === undefined) return false;
    // One that would be refused must not hold up what is under way each time.
    const decision = decider.decide({ type: 'close-era', head }, current.state());
    if (E.isLeft(decision)) {
      sayRefusal(decision.left);
      return false;
    }
    if (events > eraEvents * longest) return true;
    for (const { status } of current.state().attachments.values()) if (status === 'reserved') return false;
    return true;
  };

  const closeWhenDue = async (): Promise<void> => {
    if (!isDue()) return;
    const commandId = ids.random();
    const closed = await closeEra({ actor: 'agent', commandId, correlationId: commandId })();
    if (E.isLeft(closed)) sayRefusal(closed.left);
    else refusalSaid = false;
  };

  const transact =
    (command: HostCommand, cause: Cause, durability?: Append['durability']) =>
    async (): Promise<E.Either<HostFailure | StreamFailure, ReadonlyArray<HostEvent>>> => {
      for (;;) {
        if (changing !== undefined) await changing;
        else if (!current.state().closed) break;
        else {
          const reopened = await change(openNext);
          if (E.isLeft(reopened)) return reopened;
        }
      }
      // Decided at once: nothing may come in between.
      const deciding = current.transact(command, cause, durability)();
      underWay.add(deciding);
      const decided = await deciding.finally(() => underWay.delete(deciding));
      if (E.isRight(decided) && decided.right.length > 0) void closeWhenDue();
      return decided;
    };

  if (current.state().closed) {
    const healed = await change(openNext);
    if (E.isLeft(healed)) return healed as E.Left<StreamFailure>;
  }
  return E.right({
    host: {
      state: () => current.state(),
      revision: () => current.revision(),
      head: () => current.head(),
      transact,
      flush: () => current.flush(),
      whileChanged,
      keep: (distance) => {
        const keeping = current.keep(distance);
        kept = Promise.allSettled([kept, keeping]);
        return keeping;
      },
    },
    stream: () => stream,
    closed: () => closed,
    closeEra,
  });
};
