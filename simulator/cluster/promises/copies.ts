import type { RecordedEvent } from '../../../domain/port/event-store.ts';
import type { Host } from '../host.ts';
import type { ClusterWorld } from '../world.ts';

type Streams = ReadonlyMap<string, ReadonlyArray<RecordedEvent>>;

const byStream = (events: ReadonlyArray<RecordedEvent>): Streams =>
  Map.groupBy(
    events.filter(({ stream }) => stream.startsWith('host-')),
    ({ stream }) => stream,
  );

/** All that a copy must not change. */
const kept = ({ id, type, payload, metadata, hash }: RecordedEvent): string =>
  JSON.stringify([id, type, payload, metadata, hash]);

/** Where two histories of one stream part: at the first event that is not the same in both. */
const firstDifference = (a: ReadonlyArray<RecordedEvent>, b: ReadonlyArray<RecordedEvent>): number => {
  const shorter = Math.min(a.length, b.length);
  for (let revision = 0; revision < shorter; revision += 1) {
    const [one, other] = [a[revision], b[revision]];
    if (one === undefined || other === undefined || kept(one) !== kept(other)) return revision;
  }
  return shorter;
};

/** Whether this machine's log may be another than its copy, because somebody put an older one in its place, or runs it twice. */
const checkMeddled = ({ breaks }: ClusterWorld, { name, history, life }: Host, parts: boolean): void => {
  const { fence, lease } = history.state();
  const status = life?.membership?.ledger?.status();
  if (parts && lease !== undefined && fence === undefined)
    breaks('a node is fenced for a reason, and then at first contact', `${name} is not: ${status?.words}`);
  if (parts && status?.state !== 'stopped')
    breaks('the copy of a life is its own log, event for event', `${name} goes on behind another history`);
};

/**
 * When the network is whole and all is quiet, the ledger's copy of each life is that life, event for event. One that follows its ledger
 * no further says so, and only where the ledger itself was put back.
 */
export const checkCopies = (world: ClusterWorld): void => {
  const { hosts, ledger, breaks } = world;
  const copies = byStream(ledger.disk.eventsFrom(0));
  for (const host of hosts) {
    const status = host.life?.membership?.ledger?.status();
    if (status === undefined) {
      breaks('what is asked for is answered', `${host.name} does not start`);
      continue;
    }
    const isBehindARestore = ledger.disk.epoch() > 1 && status.state === 'stopped';
    for (const [stream, own] of byStream(host.disk.eventsFrom(0))) {
      const copy = copies.get(stream) ?? [];
      const same = firstDifference(own, copy);
      if (host.meddled) {
        // A ledger that was put back is no further looked into.
        if (!isBehindARestore) checkMeddled(world, host, same < copy.length && same < own.length);
        continue;
      }
      if (same < copy.length)
        breaks(
          'the copy of a life is its own log, event for event',
          `${stream}, revision ${same}: ${copy[same]?.type} there, ${own[same]?.type} on ${host.name}`,
        );
      else if (copy.length < own.length && !isBehindARestore)
        breaks(
          'the copy of a life is its own log, event for event',
          `${stream} ends at revision ${copy.length - 1} there, at ${own.length - 1} on ${host.name}: ${status.words}`,
        );
    }
    if (!host.meddled && !isBehindARestore && (status.state !== 'following' || status.lagEvents !== 0))
      breaks('what is asked for is answered', `${host.name}: ${status.words}`);
  }
};
