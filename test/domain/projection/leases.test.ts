import test from 'ava';
import fc from 'fast-check';
import type { ClusterEvent } from '../../../domain/cluster/events.ts';
import type { Recorded } from '../../../domain/event.ts';
import { emptyLeases, type Leases, leaseRows, projectLease } from '../../../domain/projection/leases.ts';
import {
  address,
  attested,
  cidr,
  configuration,
  configured,
  dualStack,
  hour,
  joined,
  leased,
  left,
  life,
  node,
  released,
  replaced,
  revoked,
} from '../../support/cluster.ts';
import { commands, eventsOf, play } from '../../support/cluster-history.ts';

/** Recorded at one hour after the other, one second after the writers' own stamps. */
const record = (events: ReadonlyArray<ClusterEvent>): ReadonlyArray<Recorded<ClusterEvent>> =>
  events.map((event, revision) => ({
    event,
    id: life(revision + 1),
    stream: 'cluster-edge',
    revision,
    position: revision * 2,
    recordedAt: hour(revision),
    hash: '0'.repeat(64),
    metadata: {
      schema: 1,
      time: '1999-01-01T00:00:00.000Z',
      actor: 'allocator',
      incarnation: life(9),
      $causationId: life(1),
      $correlationId: life(1),
      payloadHash: '0'.repeat(64),
    },
  }));

const project = (recorded: ReadonlyArray<Recorded<ClusterEvent>>, from: Leases = emptyLeases()): Leases =>
  recorded.reduce(projectLease, from);

const rowsOf = (...events: ReadonlyArray<ClusterEvent>) => leaseRows(project(record(events)));

const one = [configured(), joined('n1', '10.10.0.1'), leased('n1', '10.244.0.0/24')];

const row = {
  node: node('n1'),
  incarnation: life(1),
  subnet: cidr('10.244.0.0/24'),
  hostAddress: address('10.10.0.1'),
  status: 'leased',
  leasedAt: hour(2),
  revision: 2,
} as const;

test('no leases in an empty cluster', (t) => {
  t.deepEqual(rowsOf(), []);
  t.deepEqual(rowsOf(configured(), joined('n1', '10.10.0.1')), []);
});

test('a lease, at the log’s own stamp', (t) => t.deepEqual(rowsOf(...one), [row]));

test('a revoked lease is still held', (t) => {
  t.deepEqual(rowsOf(...one, revoked('n1', '10.244.0.0/24')), [
    { ...row, status: 'revoked', revokedAt: hour(3), revision: 3 },
  ]);
});

test('a released lease says until when its subnet is in quarantine, counted from the stamp in the event', (t) => {
  t.deepEqual(rowsOf(...one, revoked('n1', '10.244.0.0/24'), released('n1', '10.244.0.0/24', hour(3.5))), [
    {
      ...row,
      status: 'released',
      revokedAt: hour(3),
      releasedAt: hour(4),
      quarantinedUntil: hour(27.5),
      revision: 4,
    },
  ]);
});

test('quarantine is today’s, not that of the day of release', (t) => {
  const changed = configured({ ...configuration, quarantineSeconds: 1_800 });
  t.deepEqual(
    rowsOf(...one, released('n1', '10.244.0.0/24', hour(3)), changed).map((of) => of.quarantinedUntil),
    [hour(3.5)],
  );
});

test('the row outlives its node', (t) => {
  t.deepEqual(
    rowsOf(...one, released('n1', '10.244.0.0/24', hour(3)), left('n1')).map((of) => [of.node, of.status]),
    [[node('n1'), 'released']],
  );
});

test('the next lease of a subnet takes the row’s place', (t) => {
  const passedOn = rowsOf(
    ...one,
    released('n1', '10.244.0.0/24', hour(3)),
    left('n1'),
    joined('n1', '10.10.0.2', life(2)),
    leased('n1', '10.244.0.0/24'),
  );
  const again = {
    ...row,
    incarnation: life(2),
    hostAddress: address('10.10.0.2'),
    leasedAt: hour(6),
    revision: 6,
  };
  t.deepEqual(passedOn, [again]);
});

test('a row per family', (t) => {
  const both = rowsOf(
    configured(dualStack),
    joined('n1', '10.10.0.1'),
    leased('n1', '10.244.0.0/17'),
    leased('n1', 'fd00:244::/64'),
  );
  t.deepEqual(
    both.map((of) => [of.subnet, of.hostAddress]),
    [
      [cidr('10.244.0.0/17'), address('10.10.0.1')],
      [cidr('fd00:244::/64'), address('10.10.0.1')],
    ],
  );
});

test('the projection of a ++ b is that of b from that of a', (t) => {
  fc.assert(
    fc.property(commands, fc.nat(), (given, cut) => {
      const recorded = record(eventsOf(play(given)));
      const at = cut % (recorded.length + 1);
      t.deepEqual(project(recorded.slice(at), project(recorded.slice(0, at))), project(recorded));
    }),
    { numRuns: 50 },
  );
});

test('held rows are the leases of the events, neither more nor fewer', (t) => {
  fc.assert(
    fc.property(commands, (given) => {
      const events = eventsOf(play(given));
      const holders = new Map<string, string>();
      for (const event of events) {
        if (event.type === 'SubnetLeased') holders.set(event.subnet, event.node);
        if (event.type === 'SubnetReleased') holders.delete(event.subnet);
      }
      const rows = leaseRows(project(record(events))).filter(({ status }) => status !== 'released');
      t.deepEqual(new Map(rows.map((of) => [of.subnet as string, of.node as string])), holders);
    }),
    { numRuns: 50 },
  );
});

test('a new life of the node holds what the one before held, since then', (t) => {
  const kept = rowsOf(...one, attested('n1'), replaced('n1'));
  t.deepEqual(kept, [{ ...row, incarnation: life(2), revision: 4 }]);
  const [passed] = rowsOf(...one, released('n1', '10.244.0.0/24'), replaced('n1'));
  t.is(passed?.incarnation, life(1), 'what was given back before was the old life’s');
});
