import test, { type ExecutionContext } from 'ava';
import { either as E } from 'fp-ts';
import type { PayloadRedacted } from '../../domain/audit/events.ts';
import { remainingOf } from '../../domain/audit/remaining.ts';
import type { Clock } from '../../domain/port/clock.ts';
import type { RecordedEvent } from '../../domain/port/event-store.ts';
import type { RedactableLog, RedactedPayload } from '../../domain/port/payload-redactor.ts';
import { audited, recordOf } from '../support/audited.ts';
import { podAdded } from '../support/events.ts';
import { written } from '../support/logged.ts';
import { beginning, host } from '../support/told-history.ts';
import { collect, oneByOne, realClock, sha256 } from './event-store/support.ts';

/** Opens a fresh, empty log for one test and closes it in the test's teardown. */
type OpenLog = (t: ExecutionContext, clock: Clock) => RedactableLog;

const pod = { namespace: 'shop', name: 'web-1', uid: 'a1f3c6c2-90cf-4b3e-8f9d-0f0a0b0c0d0e' };
const told = written(
  ...beginning,
  host(podAdded('c1', '10.244.0.2', { pod })),
  host(podAdded('c2', '10.244.0.3', { pod })),
);

/** Positions 6 and 7 name a pod. */
const fill = async (log: RedactableLog): Promise<ReadonlyArray<RecordedEvent>> => {
  for (const { stream, revision, id, type, payload, metadata, hash } of told) {
    const expectedRevision = revision === 0 ? ('no-stream' as const) : revision - 1;
    const events = [{ id, type, payload, metadata, hash }];
    const appended = await log.append({ stream, expectedRevision, events })();
    if (E.isLeft(appended)) throw new Error(JSON.stringify(appended.left));
  }
  return collect(log.readAll());
};

const redaction = (
  events: ReadonlyArray<RecordedEvent>,
  change: (record: PayloadRedacted) => PayloadRedacted = (record) => record,
  left: (event: RecordedEvent) => string = (event) => remainingOf(event.payload, ['pod']),
) => {
  const records = events.map((event) => change({ ...recordOf(event), remainingHash: sha256(left(event)) }));
  const sealed = audited(undefined, ...records);
  return {
    stream: sealed.stream,
    expectedRevision: 'no-stream' as const,
    payloads: sealed.events.map(
      (event, index): RedactedPayload => ({ event, remaining: left(events[index] as RecordedEvent) }),
    ),
  };
};

/** What every log whose payloads can be redacted promises. */
export const redactorContract = (name: string, open: OpenLog): void => {
  test(`${name}: who follows a stream is given what remains, also of what was written while he followed`, async (t) => {
    const log = open(t, realClock);
    const { stream } = told.at(-1) as RecordedEvent;
    const over = new AbortController();
    const following = oneByOne(log.subscribe({ stream, from: 0, signal: over.signal }));
    const first = following.next();
    const before = await fill(log);
    await first;
    t.like(await log.redact(redaction(before.slice(6)))(), { _tag: 'Right' });
    const payloads: string[] = [];
    while (payloads.length < 2) {
      const { value } = await following.next();
      if (value && value.position >= 6) payloads.push(value.payload);
    }
    over.abort();
    t.deepEqual(
      payloads,
      before.slice(6).map(({ payload }) => remainingOf(payload, ['pod'])),
    );
  });

  test(`${name}: a redaction leaves of the payload what remains, changes nothing else and is recorded`, async (t) => {
    const log = open(t, realClock);
    const before = await fill(log);
    const wanted = redaction(before.slice(6));
    const answer = await log.redact(wanted)();
    t.like(answer, { right: { revision: 1, position: 9 } });
    const after = await collect(log.readAll());
    t.deepEqual(after.slice(0, 6), before.slice(0, 6));
    for (const position of [6, 7]) {
      const { payload, ...rest } = after[position] as RecordedEvent;
      const { payload: original, ...same } = before[position] as RecordedEvent;
      t.deepEqual(rest, same);
      const { pod: _, ...remains } = JSON.parse(original);
      t.deepEqual(JSON.parse(payload), remains);
    }
    t.deepEqual(
      after.slice(8).map(({ id, payload, hash, stream }) => [id, payload, hash, stream]),
      wanted.payloads.map(({ event: { id, payload, hash } }) => [id, payload, hash, wanted.stream]),
    );
    t.deepEqual(await collect(log.readStream(before[6]?.stream ?? '', 3)), after.slice(6, 8));
    t.deepEqual(await log.clearRemains()(), E.right(true));
  });

  test(`${name}: the same redaction again succeeds and changes nothing`, async (t) => {
    const log = open(t, realClock);
    const wanted = redaction((await fill(log)).slice(6, 7));
    const first = await log.redact(wanted)();
    const after = await collect(log.readAll());
    t.deepEqual(await log.redact(wanted)(), first);
    t.deepEqual(await collect(log.readAll()), after);
  });

  test(`${name}: whoever waits for the log to grow hears of a redaction`, async (t) => {
    const log = open(t, realClock);
    const before = await fill(log);
    const stop = new AbortController();
    const heard = oneByOne(log.subscribe({ from: 8, signal: stop.signal })).next();
    await log.redact(redaction(before.slice(6, 7)))();
    t.is((await heard).value?.type, 'PayloadRedacted');
    stop.abort();
  });

  const refusals: ReadonlyArray<
    readonly [
      what: string,
      cause: string,
      make: (events: ReadonlyArray<RecordedEvent>) => ReturnType<typeof redaction>,
    ]
  > = [
    [
      'of another event than stands there',
      'another-event',
      (events) => redaction(events.slice(6, 7), (record) => ({ ...record, revision: 4 })),
    ],
    [
      'of an event that is not there',
      'another-event',
      (events) => redaction(events.slice(6, 7), (record) => ({ ...record, position: 99 })),
    ],
    [
      'that leaves less than it says',
      'not-what-remains',
      (events) =>
        redaction(
          events.slice(6, 7),
          (record) => record,
          ({ payload }) => remainingOf(payload, ['pod']).replace('"mtu":1410,', ''),
        ),
    ],
    [
      'that leaves something else',
      'not-what-remains',
      (events) =>
        redaction(
          events.slice(6, 7),
          (record) => record,
          ({ payload }) => remainingOf(payload, ['pod']).replace('10.244.0.2', '10.244.0.9'),
        ),
    ],
    [
      'that takes nothing',
      'not-what-remains',
      (events) =>
        redaction(
          events.slice(5, 6),
          (record) => record,
          ({ payload }) => payload,
        ),
    ],
    [
      'whose record names another hash',
      'not-what-is-recorded',
      (events) =>
        redaction(events.slice(6, 7), (record) => ({ ...record, remainingHash: sha256('another') })),
    ],
    [
      'whose record cannot be read',
      'unreadable-record',
      (events) => redaction(events.slice(6, 7), ({ reason: _, ...record }) => record as PayloadRedacted),
    ],
    [
      'twice at once of one event',
      'payload-altered',
      (events) => redaction([...events.slice(6, 7), ...events.slice(6, 7)]),
    ],
  ];

  for (const [what, cause, make] of refusals) {
    test(`${name}: a redaction ${what} is refused, and nothing changes`, async (t) => {
      const log = open(t, realClock);
      const before = await fill(log);
      const answer = await log.redact(make(before))();
      t.like(answer, { left: { type: 'redaction-refused', cause } });
      t.deepEqual(await collect(log.readAll()), before);
    });
  }

  test(`${name}: what was redacted is not redacted by another command, and a conflict keeps nothing`, async (t) => {
    const log = open(t, realClock);
    const before = await fill(log);
    t.true(E.isRight(await log.redact(redaction(before.slice(6, 7)))()));
    const after = await collect(log.readAll());
    const again = redaction(before.slice(6, 7), (record) => ({ ...record, reason: 'another' }));
    const payloads = again.payloads.map((one) => ({
      ...one,
      event: { ...one.event, id: '00000000-0000-4000-8000-00000000ffff' },
    }));
    t.like(await log.redact({ ...again, expectedRevision: 0, payloads })(), {
      left: { type: 'redaction-refused', cause: 'payload-altered', position: 6 },
    });
    const late = redaction(before.slice(7));
    t.like(await log.redact({ ...late, expectedRevision: 7 })(), { left: { type: 'conflict', actual: 0 } });
    t.deepEqual(await collect(log.readAll()), after);
  });

  test(`${name}: a closed log redacts nothing`, async (t) => {
    const log = open(t, realClock);
    const wanted = redaction((await fill(log)).slice(6, 7));
    await log.close();
    t.like(await log.redact(wanted)(), { left: { type: 'unavailable' } });
    t.like(await log.clearRemains()(), { left: { type: 'unavailable' } });
  });
};
