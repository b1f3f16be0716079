import { either as E } from 'fp-ts';
import { sha256 } from '../../../adapters/system/sha256.ts';
import { decideAppend } from '../../../domain/esdb/decide-append.ts';
import { readEvent } from '../../../domain/esdb/read-event.ts';
import type { Decided, Standing } from '../../../domain/esdb/standing.ts';
import type { ClientAppended, ClientEvent, ClientExpectation } from '../../../domain/port/client-log.ts';
import type { RecordedEvent } from '../../../domain/port/event-store.ts';
import { linkOf } from '../../../domain/verify/chain-check.ts';

export const logId = '5b6ab01e-6d6c-4d4c-9e7f-2a3a2f1d0c11';
export const stamp = '2026-11-21T12:00:00.000Z';

export { sha256 };

/** The client's id of the so-manieth event. */
export const idOf = (number: number): string => `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`;

export const sent = (number: number, given: Partial<ClientEvent> = {}): ClientEvent => ({
  id: idOf(number),
  type: 'OrderPlaced',
  contentType: 'application/json',
  data: `{"number":${number}}`,
  metadata: '',
  ...given,
});

export type Step = (standing: Standing) => Decided;

export const append =
  (stream: string, expected: ClientExpectation, ...events: ReadonlyArray<ClientEvent>): Step =>
  (standing) =>
    decideAppend(standing, { stream, expected, events });

/** What stands in a log of these events. */
export const standingOn = (log: ReadonlyArray<RecordedEvent>): Standing => {
  const last = (stream: string) => log.findLast((event) => event.stream === stream);
  return {
    logId,
    sha256,
    recordedAt: stamp,
    end: last,
    at: (stream, revision) => log.find((event) => event.stream === stream && event.revision === revision),
    recent: (stream, id) => log.find((event) => event.stream === stream && readEvent(event).id === id),
    hasId: (id) => log.some((event) => event.id === id),
    lastPayload: (stream) => last(stream)?.payload,
  };
};

const grown = (log: ReadonlyArray<RecordedEvent>, step: Step): ReadonlyArray<RecordedEvent> => {
  const decided = step(standingOn(log));
  if (E.isLeft(decided)) throw new Error(JSON.stringify(decided.left));
  const events = [...log];
  const { right } = decided;
  for (const { stream, events: sealed } of right.type === 'to-append' ? [right.first, ...right.others] : [])
    for (const event of sealed) {
      const head = events.findLast((other) => other.stream === stream);
      const revision = (head?.revision ?? -1) + 1;
      const recorded = { ...event, stream, revision, position: events.length, recordedAt: stamp };
      const linked = linkOf(sha256, head, { ...recorded, logHash: '' });
      if (E.isLeft(linked)) throw new Error(`not a link of its chain: ${JSON.stringify(linked.left)}`);
      if (events.some(({ id }) => id === event.id)) throw new Error(`an id twice: ${event.id}`);
      events.push(recorded);
    }
  return events;
};

/** The log that these steps leave; fails when one of them is refused. */
export const given = (...steps: ReadonlyArray<Step>): ReadonlyArray<RecordedEvent> => steps.reduce(grown, []);

/** An event in short: `orders@0 OrderPlaced {"number":1}`. */
const short = (recorded: RecordedEvent): string => {
  const { stream, revision, type, data } = readEvent(recorded);
  return `${stream}@${revision} ${type} ${data}`;
};

export type Outcome = { readonly adds: ReadonlyArray<string> } | { readonly there: ClientAppended } | string;

/** What a step does to a log: the events that it adds, the place where it stood already, or the refusal's name. */
export const when = (log: ReadonlyArray<RecordedEvent>, step: Step): Outcome => {
  const decided = step(standingOn(log));
  if (E.isLeft(decided)) return decided.left.type;
  return decided.right.type === 'already-there'
    ? { there: decided.right.appended }
    : { adds: grown(log, step).slice(log.length).map(short) };
};

/** The refusal's words, or its whole value where it has none. */
export const refusal = (log: ReadonlyArray<RecordedEvent>, step: Step): unknown => {
  const decided = step(standingOn(log));
  if (E.isRight(decided)) return decided.right;
  return 'reason' in decided.left ? decided.left.reason : decided.left;
};
