import test from 'ava';
import fc from 'fast-check';
import type { HostEvent } from '../../../domain/host/events.ts';
import type { ClusterName } from '../../../domain/identity/cluster-name.ts';
import type { LeanEvent, LoggedEvent } from '../../../domain/port/log-reader.ts';
import { clusterViewCodec } from '../../../domain/projection/stored-cluster-view.ts';
import { joinParts } from '../../../domain/replay/join-parts.ts';
import { type Replayed, replayPages } from '../../../domain/replay/replay-log.ts';
import { restorePart, storePart } from '../../../domain/replay/stored-part.ts';
import { hostStream, parseHostStream } from '../../../domain/stream.ts';
import { joined, leased, life } from '../../support/cluster.ts';
import { leaseObserved, nodeName, podAdded, podDeleted, podWired } from '../../support/events.ts';
import { started } from '../../support/host.ts';
import { generatedLog, type Told, written } from '../../support/logged.ts';
import { must } from '../../support/must.ts';
import { cluster } from '../../support/told-history.ts';

const replayed = (events: ReadonlyArray<LoggedEvent>, to: number): Replayed => {
  const pages = [events.map(({ id: _, hash: __, logHash: ___, ...lean }): LeanEvent => lean)];
  return must(replayPages({ at: (position) => events[position] }, pages, to, () => {}));
};

/** Every byte that a view is kept in, and the states of its hosts. */
const bytes = ({ view, hosts }: Replayed) => [clusterViewCodec.encode(view), Object.fromEntries(hosts)];

/** What two threads make of it: the other one's share comes as texts. */
const inParts = (
  events: ReadonlyArray<LoggedEvent>,
  to: number,
  isOther: (node: string) => boolean,
): Replayed => {
  const ofOther = ({ stream }: LoggedEvent): boolean => isOther(parseHostStream(stream)?.node ?? '');
  const shares = Map.groupBy(events, ofOther);
  const other = restorePart(storePart(replayed(shares.get(true) ?? [], to)));
  if (other === undefined) throw new Error('the other share cannot be read back');
  return joinParts(replayed(shares.get(false) ?? [], to), other, to);
};

const stream = (node: number, lifeNumber: number): string =>
  hostStream('evio' as ClusterName, nodeName(`node-${node}`), life(lifeNumber));

/** Events of three nodes with two lives each, in any order, also one that no agent would write. */
const anyTold = fc
  .tuple(fc.nat({ max: 2 }), fc.integer({ min: 1, max: 2 }), fc.nat({ max: 3 }), fc.nat({ max: 8 }))
  .map(([node, lifeNumber, pod, what]): Told => {
    const address = `10.244.${node}.${pod + 2}`;
    const of = (event: HostEvent): Told => [stream(node, lifeNumber), event];
    switch (what) {
      case 0:
        return cluster(joined(`node-${node}`, `10.10.0.${node + 1}`, life(lifeNumber)));
      case 1:
        return cluster(leased(`node-${node}`, `10.244.${node}.0/24`));
      case 2:
        return of(started);
      case 3:
        return of(leaseObserved);
      case 4:
        return of({
          type: 'IncarnationContinued',
          stream: stream(node, 3 - lifeNumber),
          revision: 1,
          hash: 'b'.repeat(64),
        });
      case 5:
        return of(podWired(`c${pod}`));
      case 6:
        return of(podDeleted(`c${pod}`, address));
      default:
        return of(podAdded(`c${pod}`, address));
    }
  });

test('in two shares a log folds to the same bytes as in one, whatever is in it', (t) => {
  fc.assert(
    fc.property(fc.array(anyTold, { maxLength: 60 }), fc.nat({ max: 7 }), fc.nat(), (told, nodes, cut) => {
      const events = written(...told);
      const to = events.length === 0 ? -1 : cut % events.length;
      const isOther = (node: string): boolean => node !== '' && ((nodes >> Number(node.slice(-1))) & 1) === 1;
      t.deepEqual(bytes(inParts(events, to, isOther)), bytes(replayed(events, to)));
    }),
    { numRuns: 300 },
  );
});

test('in two shares a history of eras folds to the same bytes as in one', (t) => {
  const events = generatedLog('nodes=12,events=3000,seed=4,era-events=40');
  const whole = replayed(events, events.length - 1);
  t.true(whole.view.hosts.size >= 12 && whole.hosts.size >= 12);
  t.deepEqual(bytes(inParts(events, events.length - 1, (node) => /[02468]$/.test(node))), bytes(whole));
});

test('what is no part is none', (t) => {
  const part = storePart(replayed(generatedLog('nodes=2,events=100,seed=4'), 99));
  t.not(restorePart(part), undefined);
  t.is(restorePart({ ...part, view: '{}' }), undefined);
  t.is(restorePart({ ...part, hosts: [...part.hosts, ['host-x', '{}']] }), undefined);
});
