import { cluster } from '../cluster/decider.ts';
import { clusterEvents } from '../cluster/events.ts';
import type { ClusterName } from '../identity/cluster-name.ts';
import type { NodeName } from '../identity/node-name.ts';
import { clusterStream } from '../stream.ts';
import { liveOn } from './churn.ts';
import { dice } from './dice.ts';
import { type Batch, type JournalPorts, openJournal } from './journal.ts';
import type { HistorySpec } from './spec.ts';
import { timeline } from './timeline.ts';
import { startCronJob, startDeployment } from './workload.ts';
import { hour, type World } from './world.ts';

const name = 'evio' as ClusterName;

/** A Monday. */
const beginning = Temporal.Instant.from('2026-01-05T06:00:00Z');

const worldOf = ({ seed, eraEvents }: HistorySpec, ports: JournalPorts): World => {
  const chance = dice(seed);
  const time = timeline();
  const now = (): string =>
    beginning.add({ milliseconds: time.now() }).toString({ fractionalSecondDigits: 3 });
  const journal = openJournal(ports, now);
  return {
    cluster: name,
    eraEvents,
    dice: chance,
    timeline: time,
    journal,
    ...ports,
    allocator: journal.openStream(clusterStream(name), chance.uuid(), clusterEvents, cluster),
    nodes: new Map(),
    ready: [],
  };
};

/** What the workload below brings on average: it says how long a history of so many events will be. */
const eventsPerNodeHour = 8;

/**
 * A cluster's life: half of the nodes join in the first hours, the others later; roll-outs, cron jobs and daemons come and
 * go; nodes reboot, leave, are revoked, lose their disks. All through the real deciders, so every law of the log holds,
 * and its chains verify. It never ends by itself: the wanted number of events ends it.
 */
export const generateHistory = function* (spec: HistorySpec, ports: JournalPorts): Generator<Batch, void> {
  const world = worldOf(spec, ports);
  const { dice: chance, timeline: time, journal, allocator } = world;
  const commandId = chance.uuid();
  allocator.act(
    { type: 'configure', ...spec.configuration },
    { actor: 'operator', commandId, correlationId: commandId },
  );
  const lasts = (spec.events / spec.nodes / eventsPerNodeHour) * hour;
  for (let index = 0; index < spec.nodes; index++) {
    const inFirstHours = index % 2 === 0;
    const joinsAt = chance.below(Math.ceil(inFirstHours ? Math.min(2 * hour, lasts / 20) : lasts / 2));
    time.after(joinsAt, () => liveOn(world, `node-${String(index + 1).padStart(4, '0')}` as NodeName));
  }
  for (let index = 0; index < Math.ceil(spec.nodes / 4); index++)
    time.after(chance.below(Math.ceil(lasts / 10)), () => startDeployment(world, `app-${index + 1}`));
  for (let index = 0; index < 2 * spec.nodes; index++)
    time.after(chance.below(Math.ceil(lasts / 10)), () => startCronJob(world, `cron-${index + 1}`));

  while (journal.written() < spec.events) {
    if (!time.step()) break;
    yield* journal.take();
  }
  journal.stamp();
  yield* journal.take();
};
