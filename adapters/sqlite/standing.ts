import { either as E } from 'fp-ts';
import { decodeClientPayload } from '../../domain/esdb/client-payload.ts';
import { eventRefused } from '../../domain/esdb/refusal.ts';
import { answerTo, type Decided, type Standing } from '../../domain/esdb/standing.ts';
import type { ClientAppend, ClientAppended, ClientAppendFailure } from '../../domain/port/client-log.ts';
import { write } from './place.ts';
import { sqliteCode } from './reason.ts';
import type { RecentIds } from './recent-ids.ts';
import type { Transaction, Work } from './work.ts';

/** What every decision about a client's append goes by. */
export type Deciding = { readonly logId: string; readonly recent: RecentIds };

/** What stands in the log inside an open transaction. */
const standingIn = (
  { statements, ends, sha256, recordedAt }: Transaction,
  { logId, recent }: Deciding,
): Standing => ({
  logId,
  sha256,
  recordedAt,
  end: ends.stream,
  at: (stream, revision) => {
    const end = ends.stream(stream);
    const stands = end && statements.at(end.key, revision);
    return stands && { ...stands, payload: statements.on(stands.position)?.payload ?? '' };
  },
  recent: (stream, id) => {
    for (const position of recent.positionsOf(id)) {
      const row = statements.on(position);
      const isThis =
        row?.key === ends.stream(stream)?.key && decodeClientPayload(row?.payload ?? '')?.id === id;
      if (isThis) return row;
    }
    return undefined;
  },
  hasId: (id) => statements.find(id) !== undefined,
  lastPayload: (stream) => {
    const end = ends.stream(stream);
    return end && statements.on(end.position)?.payload;
  },
});

/** What is thrown while it is decided, and is no failure of the log, is about these events alone: the group's other work goes on. */
const decidedOr = (stream: string, decide: () => Decided): Decided => {
  try {
    return decide();
  } catch (error) {
    if (sqliteCode(error) !== undefined) throw error;
    return E.left(eventRefused(stream, `what was sent cannot be kept: ${String(error)}`));
  }
};

/**
 * What a client wants of the log, decided inside the transaction, where the ends of streams are known and stay so, and where its events are
 * completed.
 */
export const deciding = (
  parts: Deciding,
  { stream, events }: Pick<ClientAppend, 'stream' | 'events'>,
  decide: (standing: Standing) => Decided,
): Work<ClientAppendFailure, ClientAppended> => ({
  events: events.length,
  run: (transaction) => {
    const decided = decidedOr(stream, () => decide(standingIn(transaction, parts)));
    if (E.isLeft(decided)) return decided;
    if (decided.right.type === 'already-there') return E.right({ answer: decided.right.appended, wrote: [] });
    const { first, others } = decided.right;
    const appended = write(transaction, first);
    for (const append of others) write(transaction, append);
    const before = appended.position - events.length;
    for (const [index, { id }] of events.entries()) parts.recent.note(id, before + 1 + index);
    return E.right({ answer: answerTo(first, appended), wrote: [first, ...others] });
  },
});
