import { either as E } from 'fp-ts';
import { logHash } from '../../domain/chain.ts';
import type { Append, Appended, AppendFailure, EventToAppend } from '../../domain/port/event-store.ts';
import { unkeepable } from '../../domain/unkeepable.ts';
import type { AppendStatements, StreamEnd } from './append-statements.ts';
import type { Done, Transaction, Work, Written } from './work.ts';

export type Placing = Work<AppendFailure, Appended>;

/**
 * One append, as the event store port has it. An append without events writes nothing and succeeds with the
 * stream's end when its expectation holds (revision and position -1 when the stream has no event).
 */
export const placing = (append: Append): Placing => ({
  ...(append.durability === undefined ? {} : { durability: append.durability }),
  events: append.events.length,
  run: (transaction) => place(transaction, append),
});

const place = (transaction: Transaction, append: Append): E.Either<AppendFailure, Done<Appended>> => {
  const { statements, ends, recordedAt } = transaction;
  const reason = unkeepable(append);
  if (reason !== undefined) return E.left({ type: 'unavailable', reason });

  const end = ends.stream(append.stream);
  const repeated = repeat(statements, append, end);
  if (repeated !== undefined) return E.right({ answer: repeated, wrote: [] });

  const actual = end?.revision ?? 'no-stream';
  if (actual !== append.expectedRevision) {
    return E.left({ type: 'conflict', stream: append.stream, expected: append.expectedRevision, actual });
  }
  const duplicate = duplicateId(statements, append.events);
  if (duplicate !== undefined) return E.left({ type: 'duplicate-event-id', id: duplicate });

  if (append.events.length === 0) {
    const { revision, position, recordedAt: stamp } = end ?? { revision: -1, position: -1, recordedAt };
    return E.right({ answer: { revision, position, recordedAt: stamp }, wrote: [] });
  }
  const { stream, events } = append;
  const answer = write(transaction, append);
  return E.right({ answer, wrote: [{ stream, events, end: answer }] });
};

/** Puts events, of which there is one at least, behind the end of their stream. */
export const write = (
  { statements, sha256, ends, recordedAt }: Transaction,
  { stream, events }: Written,
): Appended => {
  const end = ends.stream(stream);
  const key = end?.key ?? statements.addStream(stream);
  let revision = end?.revision ?? -1;
  let head = ends.log();
  for (const event of events) {
    revision += 1;
    const position = head.position + 1;
    head = { position, recordedAt, logHash: logHash(sha256, head.logHash, position, event.hash, recordedAt) };
    statements.addEvent(event, head, key, revision);
  }
  const { hash, type } = events.at(-1) as EventToAppend;
  const { position } = head;
  ends.moved(stream, { key, revision, position, recordedAt, hash, type }, head);
  return { revision, position, recordedAt };
};

/** Where these very events stand already, right after the expected revision. */
const repeat = (
  statements: AppendStatements,
  append: Append,
  end: StreamEnd | undefined,
): Appended | undefined => {
  const first = append.expectedRevision === 'no-stream' ? 0 : append.expectedRevision + 1;
  const last = first + append.events.length - 1;
  if (end === undefined || append.events.length === 0 || end.revision < last) return undefined;
  let appended: Appended | undefined;
  for (const [index, event] of append.events.entries()) {
    const stands = statements.at(end.key, first + index);
    if (stands?.id !== event.id) return undefined;
    const { revision, position, recordedAt } = stands;
    appended = { revision, position, recordedAt };
  }
  return appended;
};

const duplicateId = (
  statements: AppendStatements,
  events: ReadonlyArray<EventToAppend>,
): string | undefined => {
  const [first] = events;
  if (first !== undefined && events.length === 1)
    return statements.find(first.id) === undefined ? undefined : first.id;
  const seen = new Set<string>();
  for (const { id } of events) {
    if (seen.has(id)) return statements.firstKnown([...seen]) ?? id;
    seen.add(id);
  }
  // Of many all at once: each question of its own takes longer than its answer.
  return statements.firstKnown([...seen]);
};
