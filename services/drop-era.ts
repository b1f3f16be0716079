import { either as E } from 'fp-ts';
import { mayDrop } from '../domain/era/may-drop.ts';
import type { ArchivedEra, DropEra, EraNotDropped } from '../domain/port/drop-era.ts';
import type { Denied, EventStore, RecordedEvent, Unavailable } from '../domain/port/event-store.ts';
import { auditStreamBeside, eraOf, firstEra, parseHostStream } from '../domain/stream.ts';
import type { UnreadableEnvelope } from '../domain/unreadable-envelope.ts';
import { describeCheckpoint } from './checkpoint.ts';
import type { Checkpoint } from './follow.ts';

const firstOf = async (store: EventStore, stream: string, from = 0): Promise<RecordedEvent | undefined> => {
  for await (const event of store.readStream(stream, from, 'passed-over')) return event;
  return undefined;
};

/** Drops an era that was archived, when nobody needs it in the log any more. One that is not there any more stays so. */
export const dropArchivedEra = async (
  store: EventStore,
  dropEra: DropEra,
  allocator: Pick<Checkpoint, 'load'>,
  era: ArchivedEra,
  /** Of the audit stream's last event when the archive was written; −1: there was none. */
  audited: number,
): Promise<E.Either<EraNotDropped | Unavailable, undefined>> => {
  const { stream, revision, archive } = era;
  const refused = (reason: string): E.Either<EraNotDropped, never> =>
    E.left({ type: 'era-not-dropped', stream, reason });
  const unread = (
    failure: Unavailable | Denied | UnreadableEnvelope,
  ): E.Either<EraNotDropped | Unavailable, never> =>
    failure.type === 'unavailable' ? E.left(failure) : refused(failure.reason);
  const named = parseHostStream(stream);
  if (named === undefined) return refused('it is no stream of a host');
  const head = await store.head(stream)();
  if (E.isLeft(head)) return unread(head.left);
  if (head.right !== undefined && (await firstOf(store, stream)) === undefined) return E.right(undefined);
  const audit = await store.head(auditStreamBeside(stream) ?? '')();
  if (E.isLeft(audit)) return unread(audit.left);
  if ((audit.right?.revision ?? -1) !== audited)
    return refused('something was redacted since it was archived: archive it again');
  const earlier = named.era === firstEra ? undefined : eraOf(stream, named.era - 1);
  const decided = await allocator.load();
  if (E.isLeft(decided)) return refused(describeCheckpoint(decided.left).msg);
  const may = mayDrop({
    lastType: (await firstOf(store, stream, revision))?.type,
    next: (await firstOf(store, eraOf(stream, named.era + 1)))?.position,
    olderIsHere: earlier !== undefined && (await firstOf(store, earlier)) !== undefined,
    decided: decided.right,
    archive,
  });
  return E.isLeft(may) ? refused(may.left) : dropEra(era)();
};
