import test from 'ava';
import { either as E } from 'fp-ts';
import { ids } from '../../../adapters/system/ids.ts';
import { sha256 } from '../../../adapters/system/sha256.ts';
import type { WantedConfiguration } from '../../../domain/cluster/configuration.ts';
import { historyEvents } from '../../../domain/generate/history-events.ts';
import { parseHistorySpec } from '../../../domain/generate/spec.ts';
import type { HostEvent } from '../../../domain/host/events.ts';
import type { PlanReport } from '../../../domain/plan/plan-figures.ts';
import { simulatePlan } from '../../../domain/plan/simulate-plan.ts';
import type { LeanEvent } from '../../../domain/port/log-reader.ts';
import { redactedLog } from '../../support/audited.ts';
import { configured, released, revoked } from '../../support/cluster.ts';
import { cidr, nodeName, podAdded, podDeleted, podWired } from '../../support/events.ts';
import { started } from '../../support/host.ts';
import { generatedLog, type Told, written } from '../../support/logged.ts';
import { must } from '../../support/must.ts';
import { cluster, host } from '../../support/told-history.ts';

/** Each event a minute after the one before, from 08:00 on. */
const stamped = (told: ReadonlyArray<Told>): ReadonlyArray<LeanEvent> =>
  written(...told).map(({ id: _, hash: __, logHash: ___, ...event }) => ({
    ...event,
    recordedAt: `2026-03-01T08:${String(event.position).padStart(2, '0')}:00.000Z`,
  }));

const planOf = (configuration: WantedConfiguration, told: ReadonlyArray<Told>): PlanReport =>
  must(simulatePlan(configuration, [stamped(told)]));

const plan = (pods: string, nodeBits: number, quarantineSeconds = 86_400): WantedConfiguration => ({
  podCidrs: [{ cidr: cidr(pods), nodeBits }],
  hostCidr: cidr('10.10.0.0/24'),
  quarantineSeconds,
});

const joins = (node: string): ReadonlyArray<Told> => [
  host(started, node),
  host({ type: 'JoinRequested', node: nodeName(node), publicKey: 'key' }, node),
];
const adds = (containerId: string, node: string): Told => host(podAdded(containerId, '192.0.2.1'), node);
const ends = (containerId: string, node: string): Told => host(podDeleted(containerId, '192.0.2.1'), node);

test('a node that may have two subnets has room for twice as many pods, and gives the second back', (t) => {
  const told = [
    cluster(configured()),
    ...joins('node-1'),
    adds('c1', 'node-1'),
    adds('c2', 'node-1'),
    ends('c2', 'node-1'),
    host({ type: 'SubnetRetired', subnets: [cidr('192.0.2.0/24')] }, 'node-1'),
    ...joins('node-2'),
  ];
  const small = { ...plan('10.244.0.0/29', 1, 0), maxSubnetsPerNode: 2 };
  const { pods, nodes, subnets } = planOf(small, told);
  t.deepEqual([pods, subnets.peak, nodes], [{ asked: 2, refused: 0 }, 2, planOf(small, told).nodes]);
  t.is(planOf(plan('10.244.0.0/29', 1, 0), told).pods.refused, 1);
});

test('a life that goes on from another gives back no subnet by that', (t) => {
  const head = { stream: 'host-evio:node-1:before', revision: 7, hash: 'ab'.repeat(32) };
  const told = [
    cluster(configured()),
    ...joins('node-1'),
    adds('c1', 'node-1'),
    adds('c2', 'node-1'),
    ends('c2', 'node-1'),
    host({ type: 'IncarnationContinued', ...head }, 'node-1'),
    ...joins('node-2'),
  ];
  const { nodes } = planOf({ ...plan('10.244.0.0/29', 1, 0), maxSubnetsPerNode: 2 }, told);
  t.deepEqual(nodes, { asked: 2, refused: 1, neverPlaced: 1 });
});

test('one address too few: who asked for it, and when', (t) => {
  // A /30 has one address to give.
  const report = planOf(plan('10.244.0.0/29', 1), [
    cluster(configured()),
    ...joins('node-1'),
    adds('c1', 'node-1'),
    host(podWired('c1'), 'node-1'),
    adds('c2', 'node-1'),
    ends('c1', 'node-1'),
    adds('c3', 'node-1'),
    ends('c2', 'node-1'),
    ends('c3', 'node-1'),
    adds('c4', 'node-1'),
  ]);
  t.deepEqual(report, {
    events: 11,
    from: '2026-03-01T08:00:00.000Z',
    to: '2026-03-01T08:10:00.000Z',
    nodes: { asked: 1, refused: 0, neverPlaced: 0 },
    subnets: { capacity: 2, peak: 1, peakAt: '2026-03-01T08:02:00.000Z' },
    pods: { asked: 4, refused: 1 },
    firstNodeRefused: undefined,
    firstPodRefused: {
      at: '2026-03-01T08:05:00.000Z',
      position: 5,
      node: nodeName('node-1'),
      asked: 'an address for c2',
      because: 'subnet-exhausted',
    },
    reuse: { count: 2, others: { min: 0, median: 0 }, seconds: { min: 60, median: 60 } },
    perNode: [
      {
        node: nodeName('node-1'),
        peak: 1,
        peakAt: '2026-03-01T08:03:00.000Z',
        capacity: '1',
        refusedPods: 1,
      },
    ],
  });
});

test('one subnet too few: the node waits, asks again with its next pod, and is placed when one is free', (t) => {
  const leaves = host({ type: 'LeaveRequested' }, 'node-1');
  const told: ReadonlyArray<Told> = [
    cluster(configured()),
    ...joins('node-1'),
    ...joins('node-2'),
    adds('c1', 'node-2'),
    leaves,
    adds('c2', 'node-2'),
    adds('c3', 'node-2'),
  ];
  const report = planOf(plan('10.244.0.0/28', 0, 60), told);
  t.deepEqual(report.firstNodeRefused, {
    at: '2026-03-01T08:04:00.000Z',
    position: 4,
    node: nodeName('node-2'),
    asked: 'a subnet',
    because: 'no-free-subnet',
  });
  t.deepEqual(report.firstPodRefused?.because, 'no-lease');
  t.deepEqual(report.nodes, { asked: 2, refused: 1, neverPlaced: 0 });
  t.deepEqual(report.pods, { asked: 3, refused: 1 });
  t.deepEqual(planOf(plan('10.244.0.0/28', 0), told).nodes, { asked: 2, refused: 1, neverPlaced: 1 });
});

test('a lease that was taken back is given up with its last pod, and one that was attested at once', (t) => {
  const before: ReadonlyArray<Told> = [cluster(configured()), ...joins('node-1'), adds('c1', 'node-1')];
  const takenBack = cluster(revoked('node-1', '192.0.2.0/24'));
  const other = [...joins('node-2'), adds('c2', 'node-2')];
  const small = plan('10.244.0.0/28', 0, 0);
  const refusedPods = (...told: ReadonlyArray<Told>) => planOf(small, [...before, ...told]).pods.refused;
  t.is(refusedPods(takenBack, ...other), 1);
  t.is(refusedPods(takenBack, ends('c1', 'node-1'), ...other), 0);
  t.is(refusedPods(takenBack, adds('c9', 'node-1')), 1, 'fenced');
  const attested = cluster(released('node-1', '192.0.2.0/24', '2026-03-01T08:00:00.000Z', 'attestation'));
  t.is(refusedPods(takenBack, attested, ...other), 0);
});

test('a machine that was down gives its addresses back', (t) => {
  const rebooted: HostEvent = { type: 'HostStarted', bootId: 'another' };
  const report = planOf(plan('10.244.0.0/29', 1), [
    cluster(configured()),
    ...joins('node-1'),
    adds('c1', 'node-1'),
    host(rebooted, 'node-1'),
    host(podDeleted('c1', '192.0.2.1', 'rebooted'), 'node-1'),
    adds('c2', 'node-1'),
  ]);
  t.deepEqual(report.pods, { asked: 2, refused: 0 });
  t.deepEqual(report.reuse?.seconds, { min: 120, median: 120 });
});

test('under its own configuration a history that was refused nothing is refused nothing', (t) => {
  const spec = must(parseHistorySpec('nodes=20,events=8000,seed=6'));
  const events = [...historyEvents(spec, { sha256, ids })].flat();
  const report = must(simulatePlan(spec.configuration, [events]));
  t.deepEqual(report.nodes, { asked: 20, refused: 0, neverPlaced: 0 });
  t.deepEqual(report.pods, { asked: events.filter(({ type }) => type === 'PodAdded').length, refused: 0 });
  // The most that one node held, counted from the history itself.
  const held = new Map<string, number>();
  let most = 0;
  for (const { type, stream } of events) {
    const change = type === 'PodAdded' ? 1 : type === 'PodDeleted' ? -1 : 0;
    held.set(stream, (held.get(stream) ?? 0) + change);
    most = Math.max(most, held.get(stream) ?? 0);
  }
  t.is(Math.max(...report.perNode.map(({ peak }) => peak)), most);
  t.true(report.perNode.every(({ capacity }) => capacity === '253'));
  t.deepEqual(must(simulatePlan(spec.configuration, [events])), report);
});

test('an event that cannot be read ends it, by position', (t) => {
  const [first, ...others] = stamped([cluster(configured()), ...joins('node-1')]);
  const spoiled = others.map((event) => ({ ...event, type: 'HostMoved' }));
  const simulated = simulatePlan(plan('10.244.0.0/16', 8), [first === undefined ? [] : [first], spoiled]);
  t.deepEqual(
    simulated,
    E.left({ position: 1, cause: { type: 'unknown-event', id: '', event: 'HostMoved', version: 1 } }),
  );
});

test('a redacted log asks of a plan what it asked before', (t) => {
  const whole = generatedLog('nodes=4,events=400,seed=9');
  const naming = whole.filter(({ payload }) => payload.includes('"pod"')).map(({ position }) => position);
  const wanted = plan('10.0.0.0/16', 8);
  const report = must(simulatePlan(wanted, [whole]));
  t.deepEqual(must(simulatePlan(wanted, [redactedLog(whole, naming)])), {
    ...report,
    events: whole.length + naming.length,
  });
});
