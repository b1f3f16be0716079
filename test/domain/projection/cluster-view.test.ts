import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { either as E } from 'fp-ts';
import { clusterEvents } from '../../../domain/cluster/events.ts';
import { decodeEvent } from '../../../domain/event.ts';
import { hostEvents } from '../../../domain/host/events.ts';
import type { LeanEvent, LoggedEvent, LogReader } from '../../../domain/port/log-reader.ts';
import { type Allocations, allocate } from '../../../domain/projection/allocations.ts';
import {
  type ClusterRows,
  type ClusterView,
  catchUp,
  clusterRows,
  emptyClusterView,
} from '../../../domain/projection/cluster-view.ts';
import { emptyLeases, leaseRows, projectLease } from '../../../domain/projection/leases.ts';
import { lifeOf } from '../../../domain/stream.ts';
import { life } from '../../support/cluster.ts';
import { ip, podAdded, podDeleted, podWired } from '../../support/events.ts';
import { generatedLog, written } from '../../support/logged.ts';
import { must } from '../../support/must.ts';
import { beginning, host } from '../../support/told-history.ts';

/** A log in memory, by pages of seven. */
const logOf = (events: ReadonlyArray<LoggedEvent>): Pick<LogReader, 'leanPages' | 'at'> => ({
  leanPages: function* (from) {
    for (let next = from; next < events.length; next += 7)
      yield events.slice(next, next + 7).map(({ id: _, hash: __, logHash: ___, ...lean }): LeanEvent => lean);
  },
  at: (position) => events[position],
});

const rowsOf = (events: ReadonlyArray<LoggedEvent>): ClusterRows =>
  clusterRows(must(catchUp(logOf(events), emptyClusterView())));

/** The same by the folds of single streams, every event through its codec. */
const slowly = (events: ReadonlyArray<LoggedEvent>): ClusterRows => {
  const leases = emptyLeases();
  const hosts = new Map<string, Allocations>();
  for (const event of events) {
    if (event.stream.startsWith('cluster-')) projectLease(leases, must(decodeEvent(clusterEvents)(event)));
    else {
      const life = lifeOf(event.stream);
      const rows: Allocations = hosts.get(life) ?? new Map();
      hosts.set(life, allocate(rows, must(decodeEvent(hostEvents)(event))));
    }
  }
  return {
    leases: leaseRows(leases),
    hosts: Array.from(hosts, ([stream, rows]) => ({
      stream,
      // In the order in which they were added, which is that of their last reservation.
      allocations: [...rows.values()],
    })),
  };
};

const busy = generatedLog('nodes=20,events=6000,seed=9');

test('the view of a whole log is what its streams fold to', (t) => {
  const rows = rowsOf(busy);
  t.deepEqual(rows, slowly(busy));
  t.true(rows.leases.length >= 20);
  t.true(rows.hosts.flatMap(({ allocations }) => allocations).length >= 100);
});

test('the view of a log in eras is what its lives fold to, whichever era told of a pod', (t) => {
  const eras = generatedLog('nodes=20,events=6000,seed=9,era-events=40');
  const rows = rowsOf(eras);
  t.deepEqual(rows, slowly(eras));
  t.true(rows.hosts.every(({ stream }) => stream.split(':').length === 3));
  t.true(rows.hosts.flatMap(({ allocations }) => allocations).length >= 100);
});

test('of an archived era the view knows who holds what, and not since when', (t) => {
  const eras = generatedLog('nodes=4,events=2000,seed=9,era-events=40');
  const whole = rowsOf(eras);
  const streams = [...new Set(eras.map(({ stream }) => stream))];
  const third = streams.find((stream) => stream.endsWith(':3')) ?? '';
  const since = eras.filter(
    ({ stream }) =>
      lifeOf(stream) !== lifeOf(third) || !['', '2'].includes(stream.slice(lifeOf(stream).length + 1)),
  );
  const [life, known] = [whole, rowsOf(since)].map(({ hosts }) =>
    hosts.find(({ stream }) => stream === lifeOf(third)),
  );
  const who = (one: typeof life) => one?.allocations.map(({ addresses, status }) => [addresses, status]);
  t.deepEqual(who(known), who(life));
  const times = known?.allocations.map(({ addedAt }) => addedAt === undefined) ?? [];
  t.true(times.includes(true) && times.includes(false), 'some were added before, some since');
});

test('folded in pieces it is the same view', (t) => {
  const whole = must(catchUp(logOf(busy), emptyClusterView()));
  let view: ClusterView = emptyClusterView();
  for (const to of [0, 1, 500, 500, 3777, busy.length]) {
    view = must(catchUp(logOf(busy), view, to));
    t.is(view.position, Math.min(to, busy.length - 1));
  }
  t.deepEqual(view, whole);
});

test('what is written in another way is read as well: both families, version 1, keys in another order', (t) => {
  const dual = podAdded('c1', '10.244.0.2', {
    addresses: [
      { address: ip('10.244.0.2'), choice: { by: 'requested' } },
      { address: ip('fd00:244::7'), choice: { by: 'requested' } },
    ],
    pod: { namespace: 'default', name: 'web-0' },
  });
  const told = written(...beginning, host(dual), host(podWired('c1')), host(podAdded('c2', '10.244.0.3')));
  const shuffled = told.map((event) => ({
    ...event,
    payload: JSON.stringify(Object.fromEntries(Object.entries(JSON.parse(event.payload)).reverse())),
    metadata: JSON.stringify(JSON.parse(event.metadata), undefined, 1),
  }));
  t.deepEqual(rowsOf(told), slowly(told));
  t.deepEqual(rowsOf(shuffled), rowsOf(told));
  const [header = '', ...lines] = readFileSync(
    join(import.meta.dirname, '../../golden/log-v1.ndjson'),
    'utf8',
  )
    .trimEnd()
    .split('\n');
  t.is(JSON.parse(header).events, lines.length);
  const old = lines.map((line): LoggedEvent => JSON.parse(line));
  t.deepEqual(rowsOf(old), slowly(old));
});

test('an attachment is reserved, attached, and gone', (t) => {
  const add = [...beginning, host(podAdded('c1', '10.244.0.2'))];
  const states = [add, [...add, host(podWired('c1'))], [...add, host(podDeleted('c1', '10.244.0.2'))]].map(
    (told) => rowsOf(written(...told)).hosts.flatMap(({ allocations }) => allocations),
  );
  const time = '2026-03-01T08:00:00.000Z';
  const row = {
    network: 'evio',
    containerId: 'c1',
    ifname: 'eth0',
    addresses: [ip('10.244.0.2')],
    mac: '0a:58:0a:f4:00:02',
    netns: '/run/netns/c1',
    hostIfname: 'evioc1',
    addedAt: time,
    revision: 3,
  };
  t.deepEqual(states, [
    [{ ...row, status: 'reserved' }],
    [{ ...row, status: 'attached', wiredAt: time }],
    [],
  ]);
});

test('an event that cannot be read stops it, by its name and id, and what came before stays', (t) => {
  const told = written(...beginning, host(podAdded('c1', '10.244.0.2')), host(podWired('c1')));
  const spoiled = (at: number, change: (event: LoggedEvent) => Partial<LoggedEvent>) =>
    told.map((event, index) => (index === at ? { ...event, ...change(event) } : event));
  const stoppedBy = (events: ReadonlyArray<LoggedEvent>) => {
    const view = emptyClusterView();
    const stopped = catchUp(logOf(events), view);
    t.true(E.isLeft(stopped));
    return [view.position, E.isLeft(stopped) ? stopped.left : undefined];
  };
  const id = told[6]?.id;
  t.deepEqual(stoppedBy(spoiled(6, () => ({ type: 'PodMoved' }))), [
    5,
    { type: 'unknown-event', id, event: 'PodMoved', version: 3 },
  ]);
  const newer = ({ metadata }: LoggedEvent) => ({ metadata: metadata.replace('"schema":3', '"schema":4') });
  t.deepEqual(stoppedBy(spoiled(6, newer)), [
    5,
    { type: 'unknown-event', id, event: 'PodAdded', version: 4 },
  ]);
  const outside = ({ payload }: LoggedEvent) => ({ payload: payload.replace('10.244.0.2', '10.244.0.256') });
  t.deepEqual(stoppedBy(spoiled(6, outside)), [
    5,
    { type: 'unreadable-payload', id, event: 'PodAdded', reason: '.0.addresses.0.address' },
  ]);
  t.deepEqual(stoppedBy(spoiled(6, () => ({ payload: '{' }))), [
    5,
    { type: 'unreadable-payload', id, event: 'PodAdded', reason: 'it is not JSON' },
  ]);
  t.deepEqual(stoppedBy(spoiled(6, () => ({ metadata: '{"schema":2}' }))), [
    5,
    { type: 'unreadable-envelope', id, reason: 'its metadata lacks what every event carries' },
  ]);
});

test('what a lost life held is no longer listed where another goes on in its place, and only of that node', (t) => {
  const second = `host-evio:node-1:${life(2)}`;
  const [held] = written(host(podAdded('c1', '10.244.0.2')));
  const head = { stream: held?.stream ?? '', revision: 0, hash: 'b'.repeat(64) };
  const streamsOf = (stream: string) =>
    rowsOf(
      written(
        ...beginning,
        host(podAdded('c1', '10.244.0.2')),
        [stream, { type: 'IncarnationContinued', ...head }],
        [stream, podAdded('c1', '10.244.0.2')],
      ),
    ).hosts.map((one) => one.stream);
  t.deepEqual(streamsOf(second), [second]);
  const foreign = `host-evio:node-2:${life(2)}`;
  t.deepEqual(streamsOf(foreign), [held?.stream ?? '', foreign]);
});
