import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { either as E } from 'fp-ts';
import { openSqliteStore } from '../../../adapters/sqlite/open.ts';
import { sha256 } from '../../../adapters/system/sha256.ts';
import { decodeEvent } from '../../../domain/event.ts';
import { attachmentKey } from '../../../domain/host/attachment.ts';
import { hostEvents } from '../../../domain/host/events.ts';
import type { LoggedEvent } from '../../../domain/port/log-reader.ts';
import { type Allocations, allocate } from '../../../domain/projection/allocations.ts';
import { diff, leasesAt, podsAt } from '../../../domain/projection/ownership-at.ts';
import { lifeOf } from '../../../domain/stream.ts';
import { scratchFolder } from '../../adapters/sqlite/scratch.ts';
import {
  clockTime,
  cluster,
  host,
  moment,
  oneNode,
  openIndex,
  readerOf,
  type Told,
  web,
  writePast,
} from '../../adapters/sqlite-index/past.ts';
import { append } from '../../contract/event-store/support.ts';
import { joined, leased, released, revoked } from '../../support/cluster.ts';
import { podAdded, podDeleted } from '../../support/events.ts';
import { generatedAppends } from '../../support/logged.ts';

const indexOf = async (t: ExecutionContext, ...told: ReadonlyArray<Told>) =>
  openIndex(t, await writePast(join(scratchFolder(t), 'log.db'), ...told)).index;

const decode = decodeEvent(hostEvents);

/** What the plain fold over these events leaves, stream by stream. */
const folded = (events: ReadonlyArray<LoggedEvent>): ReadonlyArray<string> => {
  const streams = new Map<string, Allocations>();
  for (const event of events.filter(({ stream }) => stream.startsWith('host-'))) {
    const decoded = decode(event);
    if (E.isLeft(decoded)) throw new Error(JSON.stringify(decoded.left));
    const life = lifeOf(event.stream);
    streams.set(life, allocate(streams.get(life) ?? new Map(), decoded.right));
  }
  return [...streams]
    .flatMap(([stream, rows]) =>
      [...rows].map(([key, { status, addresses }]) => `${stream} ${key} ${status} ${addresses.join()}`),
    )
    .sort();
};

const viewed = ({ pods }: ReturnType<typeof podsAt>): ReadonlyArray<string> =>
  pods
    .map(
      (view) =>
        `${view.stream} ${attachmentKey(view)} ${view.status} ${view.addresses.map(({ address }) => address).join()}`,
    )
    .sort();

const writerTime = (event: LoggedEvent): number => Date.parse(JSON.parse(event.metadata).time);

for (const spec of ['nodes=8,events=1500,seed=3', 'nodes=8,events=1500,seed=3,era-events=20']) {
  test(`at any position and any time the index gives what the fold gives, however often it was brought up to date: ${spec}`, async (t) => {
    const path = join(scratchFolder(t), 'log.db');
    let now = '';
    const clock = { now: () => now, monotonicMs: () => 0 };
    const store = openSqliteStore({ path, clock, newLogId: randomUUID, sha256 });
    if (E.isLeft(store)) return t.fail(JSON.stringify(store.left));
    for (const [count, { recordedAt, ...one }] of generatedAppends(spec).entries()) {
      now = recordedAt;
      await append(store.right, one);
      if (count % 200 === 199) openIndex(t, path).close();
    }
    await store.right.close();
    const reader = readerOf(path);
    const events = [...reader.pages(0)].flat();
    reader.close();
    const { index } = openIndex(t, path);
    const first = writerTime(events[0] as LoggedEvent);
    const last = Math.max(...events.map(writerTime));
    for (let step = 0; step <= 40; step += 1) {
      const position = Math.floor(((events.length - 1) * step) / 40);
      t.deepEqual(viewed(podsAt(index, { position })), folded(events.slice(0, position + 1)), `@${position}`);
      const at = Math.floor(first + ((last - first) * step) / 40);
      const before = events.filter((event) => writerTime(event) <= at);
      t.deepEqual(viewed(podsAt(index, { at })), folded(before), `at ${at}`);
    }
    t.true(folded(events).length > 20, 'there is something to compare');
  });
}

test('leases as they were: leased, revoked, released; with the host address of the node', async (t) => {
  const index = await indexOf(
    t,
    ...oneNode.slice(0, 3),
    ['10:00', cluster, revoked('node-1', '10.244.0.0/24', 'moved')],
    ['12:00', cluster, released('node-1', '10.244.0.0/24')],
    ['13:00', cluster, joined('node-2', '10.10.0.2')],
  );
  const at = (time: string) =>
    leasesAt(index, { at: moment(time) }).leases.map(
      ({ subnet, node, status, hostAddress, revoked: why }) => [
        subnet,
        node,
        status,
        hostAddress,
        why?.reason,
      ],
    );
  t.deepEqual(at('07:59'), []);
  t.deepEqual(at('09:00'), [['10.244.0.0/24', 'node-1', 'leased', '10.10.0.1', undefined]]);
  t.deepEqual(at('11:00'), [['10.244.0.0/24', 'node-1', 'revoked', '10.10.0.1', 'moved']]);
  t.deepEqual(at('12:00'), []);
});

test('what a log knew at a position is not what the writers’ clocks say of that time', async (t) => {
  const shippedLate: ReadonlyArray<Told> = [
    ...oneNode.slice(0, 3),
    ['08:10', cluster, joined('node-2', '10.10.0.2')],
    ['08:10', cluster, leased('node-2', '10.244.1.0/24')],
    ['10:00', host('node-1'), podAdded('aaaaaa1', '10.244.0.2', web('web-0'))],
    // Offline until after ten o'clock.
    ['09:00', host('node-2'), podAdded('bbbbbb1', '10.244.1.2', web('web-1'))],
    ['09:30', host('node-2'), podDeleted('bbbbbb1', '10.244.1.2')],
  ];
  const index = await indexOf(t, ...shippedLate);
  const names = ({ pods }: ReturnType<typeof podsAt>) => pods.map(({ pod }) => pod?.name);
  t.deepEqual(names(podsAt(index, { at: moment('09:15') })), ['web-1']);
  t.deepEqual(names(podsAt(index, { position: 5 })), ['web-0']);
  t.deepEqual(names(podsAt(index, { position: 6 })), ['web-0', 'web-1']);
  t.deepEqual(
    podsAt(index, { position: 6 }).known.map(({ of, completeTo, position }) => [of, completeTo, position]),
    [
      ['cluster evio', clockTime('08:10'), 4],
      ['node-1', clockTime('10:00'), 5],
      ['node-2', clockTime('09:00'), 6],
    ],
  );
  t.is(podsAt(index, { position: 6 }).pods[1]?.to, undefined, 'its end was not known then');
  t.is(podsAt(index, { at: moment('09:15') }).pods[0]?.to?.time, clockTime('09:30'));
});

test('an offline node’s pods are unknown after its last event, those of others are not', async (t) => {
  const index = await indexOf(
    t,
    ...oneNode,
    ['12:05', cluster, joined('node-2', '10.10.0.2')],
    ['12:05', cluster, leased('node-2', '10.244.1.0/24')],
    ['12:10', host('node-2'), podAdded('eeeeee1', '10.244.1.2', web('web-5'))],
  );
  t.deepEqual(
    podsAt(index, { at: moment('12:10') }).pods.map(({ pod, unknownAfter }) => [pod?.name, unknownAfter]),
    [
      ['web-1', clockTime('12:01')],
      ['web-5', undefined],
    ],
  );
});

test('a difference names what was added, removed and changed, in both directions', async (t) => {
  const index = await indexOf(
    t,
    ...oneNode,
    ['12:05', cluster, joined('node-2', '10.10.0.2')],
    ['12:05', cluster, leased('node-2', '10.244.1.0/24')],
    ['12:06', cluster, revoked('node-1', '10.244.0.0/24')],
    ['12:10', host('node-1'), podAdded('ffffff1', '10.244.0.3', web('web-6'))],
  );
  const told = (from: Parameters<typeof diff>[1], to: Parameters<typeof diff>[2]) => {
    const { leases, pods } = diff(index, from, to);
    return {
      leases: {
        added: leases.added.map(({ subnet }) => subnet),
        removed: leases.removed.map(({ subnet }) => subnet),
        changed: leases.changed.map(({ before, after }) => [before.status, after.status]),
      },
      pods: {
        added: pods.added.map(({ pod }) => pod?.name),
        removed: pods.removed.map(({ pod }) => pod?.name),
        changed: pods.changed.map(({ before, after }) => [before.status, after.status]),
      },
    };
  };
  t.deepEqual(told({ position: 7 }, { position: 12 }), {
    leases: { added: ['10.244.1.0/24'], removed: [], changed: [['leased', 'revoked']] },
    pods: { added: ['web-6'], removed: [], changed: [['reserved', 'attached']] },
  });
  t.deepEqual(told({ at: moment('12:10') }, { at: moment('10:00') }), {
    leases: { added: [], removed: ['10.244.1.0/24'], changed: [['revoked', 'leased']] },
    pods: { added: ['web-0'], removed: ['web-1', 'web-6'], changed: [] },
  });
  t.deepEqual(told({ position: 12 }, { position: 12 }), {
    leases: { added: [], removed: [], changed: [] },
    pods: { added: [], removed: [], changed: [] },
  });
});
