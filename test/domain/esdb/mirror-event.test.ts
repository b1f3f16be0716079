import test from 'ava';
import { either as E } from 'fp-ts';
import { genesis } from '../../../domain/chain.ts';
import { mirrorEvent } from '../../../domain/esdb/mirror-event.ts';
import { readEvent } from '../../../domain/esdb/read-event.ts';
import { recordedEvent } from '../../../domain/esdb/recorded-event.ts';
import { sealClientEvents } from '../../../domain/esdb/seal-client-events.ts';
import type { ClientEventRead } from '../../../domain/port/client-log.ts';
import type { LoggedEvent } from '../../../domain/port/log-reader.ts';
import { sha256 } from '../../contract/event-store/support.ts';
import { generatedLog, logged } from '../../support/logged.ts';

const logId = '63c878c7-3ce2-449c-b996-5f4f93f6bc63';
const recordedAt = '2026-03-01T08:00:00.001Z';

/** Events of clients in two streams, one id twice, whatever bytes. */
const ofClients = (): ReadonlyArray<Omit<LoggedEvent, 'position' | 'logHash'>> => {
  const event = (data: string | Uint8Array, metadata: string | Uint8Array = '') => ({
    id: '00000000-0000-4000-9000-000000000001',
    type: 'OrderPlaced',
    contentType: 'application/octet-stream',
    data,
    metadata,
  });
  const sent = [
    event('{"n": 1.50}'),
    event(Uint8Array.of(0xff, 0, 1), '{"$correlationId":"whole"}'),
    event('', Uint8Array.of(0xfe)),
  ];
  return ['orders', '$$orders'].flatMap((stream) =>
    sealClientEvents({ sha256, logId, recordedAt }, stream, undefined, sent).events.map(
      (sealed, revision) => ({
        ...sealed,
        stream,
        revision,
        recordedAt,
      }),
    ),
  );
};

/** What a reader far away makes of what it sees. */
const mirrored = (seen: ReadonlyArray<ClientEventRead>): E.Either<string, ReadonlyArray<LoggedEvent>> => {
  const heads = new Map<string, LoggedEvent>();
  const rows: LoggedEvent[] = [];
  for (const read of seen) {
    const before = { logId, sha256, position: rows.length, logHash: rows.at(-1)?.logHash ?? genesis };
    const row = mirrorEvent({ ...before, head: (stream) => heads.get(stream) }, read);
    if (E.isLeft(row)) return row;
    heads.set(read.stream, row.right);
    rows.push(row.right);
  }
  return E.right(rows);
};

const log = logged([...generatedLog('nodes=3,events=200,seed=4'), ...ofClients()]);
const seen = log.map(({ logHash: _, ...event }) => readEvent(event));

test('what readers see of a log is made into the same log, row by row', (t) => {
  t.deepEqual(mirrored(seen), E.right(log));
});

test('a ledger event is read as it was recorded, and nothing else is', (t) => {
  for (const [index, { logHash: _, ...event }] of log.entries()) {
    const read = seen[index];
    if (read === undefined) return t.fail();
    t.deepEqual(recordedEvent(read), event.type === 'OrderPlaced' ? undefined : event);
  }
});

test('a revision that is missing is named, and so is a ledger event without its envelope', (t) => {
  const [first, second] = seen.filter(({ stream }) => stream === 'cluster-evio');
  if (first === undefined || second === undefined) return t.fail();
  t.deepEqual(
    mirrored([second]),
    E.left(
      `the event at position ${second.position} is revision 1 of cluster-evio, and revision 0 is missing before it`,
    ),
  );
  t.deepEqual(
    mirrored([{ ...first, metadata: '{}' }]),
    E.left('the event at position 0 (ClusterConfigured in cluster-evio) has no envelope and hash'),
  );
});

test('metadata in another order, or with more in it, keeps its hash apart', (t) => {
  const [first] = seen;
  if (first === undefined || typeof first.metadata !== 'string') return t.fail();
  const { hash, ...rest } = JSON.parse(first.metadata);
  const odd = JSON.stringify({ zone: 'x', ...rest, hash });
  t.like(recordedEvent({ ...first, metadata: odd }), { hash: log[0]?.hash });
  t.false(recordedEvent({ ...first, metadata: odd })?.metadata.includes('hash":"'));
});
