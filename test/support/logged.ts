import { either as E } from 'fp-ts';
import { ids } from '../../adapters/system/ids.ts';
import { sha256 } from '../../adapters/system/sha256.ts';
import { genesis, logHash, seal } from '../../domain/chain.ts';
import { type ClusterEvent, clusterEvents } from '../../domain/cluster/events.ts';
import { encodeEvent } from '../../domain/event.ts';
import { generateHistory } from '../../domain/generate/history.ts';
import { parseHistorySpec } from '../../domain/generate/spec.ts';
import { type HostEvent, hostEvents } from '../../domain/host/events.ts';
import type { Append, EventToAppend } from '../../domain/port/event-store.ts';
import type { LoggedEvent } from '../../domain/port/log-reader.ts';
import { incarnation } from './events.ts';

type Placed = Omit<LoggedEvent, 'position' | 'logHash'>;

/** A whole log's rows, chained as a store chains them. */
export const logged = (events: ReadonlyArray<Placed>): ReadonlyArray<LoggedEvent> => {
  let previous = genesis;
  return events.map((event, position) => {
    previous = logHash(sha256, previous, position, event.hash, event.recordedAt);
    return { ...event, position, logHash: previous };
  });
};

/** The appends of a seeded history that the real deciders made. */
export const generatedAppends = (spec: string): ReadonlyArray<Append & { readonly recordedAt: string }> => {
  const parsed = parseHistorySpec(spec);
  if (E.isLeft(parsed)) throw new Error(JSON.stringify(parsed.left));
  return [...generateHistory(parsed.right, { sha256, ids })].flatMap(({ recordedAt, appends }) =>
    appends.map((append) => ({ ...append, recordedAt })),
  );
};

export const generatedLog = (spec: string): ReadonlyArray<LoggedEvent> =>
  logged(
    generatedAppends(spec).flatMap(({ stream, expectedRevision, events, recordedAt }) =>
      events.map((event, index) => ({
        ...event,
        stream,
        revision: (expectedRevision === 'no-stream' ? 0 : expectedRevision + 1) + index,
        recordedAt,
      })),
    ),
  );

/** The log as one who may write its file makes it: one payload is another, and every hash fits it. */
export const rewritten = (
  log: ReadonlyArray<LoggedEvent>,
  position: number,
  payload: string,
): ReadonlyArray<LoggedEvent> => {
  const heads = new Map<string, { readonly revision: number; readonly hash: string }>();
  return logged(
    log.map((event) => {
      const { stream, revision, id, type } = event;
      const { payloadHash: _, ...metadata } = JSON.parse(event.metadata);
      const said = event.position === position ? payload : event.payload;
      const [one] = seal(sha256, stream, heads.get(stream), [{ id, type, payload: said, metadata }]);
      if (one === undefined) throw new Error('one event is sealed as one');
      heads.set(stream, { revision, hash: one.hash });
      return { ...event, ...one };
    }),
  );
};

export const hostStreamOf = (node: string): string => `host-evio:${node}:${incarnation}`;

const codecs = { ...hostEvents, ...clusterEvents };

/** Seals one event behind a stream's last one; ids count up from `n`. */
const sealed = (
  n: number,
  stream: string,
  head: { readonly revision: number; readonly hash: string } | undefined,
  event: HostEvent | ClusterEvent,
): EventToAppend => {
  const { type, schema, payload } = encodeEvent(codecs)(event);
  const id = `00000000-0000-5000-8000-${n.toString(16).padStart(12, '0')}`;
  const metadata = {
    schema,
    time: '2026-03-01T08:00:00.000Z',
    actor: 'agent',
    incarnation,
    $causationId: '11111111-1111-5111-8111-111111111111',
    $correlationId: '22222222-2222-4222-8222-222222222222',
  };
  const [one] = seal(sha256, stream, head, [{ id, type, payload, metadata }]);
  if (one === undefined) throw new Error('one event is sealed as one');
  return one;
};

/** An event and the stream that it goes to. */
export type Told = readonly [stream: string, event: HostEvent | ClusterEvent];

/** A log of these events in this order, whatever they say: its chains are right, its laws may not be. */
export const written = (...events: ReadonlyArray<Told>): ReadonlyArray<LoggedEvent> => {
  const heads = new Map<string, { readonly revision: number; readonly hash: string }>();
  return logged(
    events.map(([stream, event], n) => {
      const head = heads.get(stream);
      const one = sealed(n, stream, head, event);
      const revision = (head?.revision ?? -1) + 1;
      heads.set(stream, { revision, hash: one.hash });
      return { ...one, stream, revision, recordedAt: '2026-03-01T08:00:00.001Z' };
    }),
  );
};
