import test from 'ava';
import type { ClusterName } from '../../../domain/identity/cluster-name.ts';
import { shareOut } from '../../../domain/replay/share-out.ts';
import { hostStream } from '../../../domain/stream.ts';
import { life } from '../../support/cluster.ts';
import { nodeName } from '../../support/events.ts';

const of = (node: number, lifeNumber: number, events: number, era = 1) => ({
  stream: hostStream('evio' as ClusterName, nodeName(`node-${node}`), life(lifeNumber), era),
  revision: events - 1,
});

const others = [
  { stream: 'cluster-evio', revision: 4999 },
  { stream: 'cluster-other', revision: 99 },
  { stream: 'audit-evio:node-1:x', revision: 5 },
  { stream: 'log', revision: 1 },
];

const eventsOf = (
  heads: ReadonlyArray<{ readonly stream: string; readonly revision: number }>,
  streams: ReadonlyArray<string>,
): number =>
  heads.filter(({ stream }) => streams.includes(stream)).reduce((sum, { revision }) => sum + revision + 1, 0);

test('every stream that says what is held is in one share, all clusters in the first, and no node in both', (t) => {
  const hosts = Array.from({ length: 60 }, (_, n) => [
    of(n, 1, 5000 + 40 * n),
    of(n, 1, 900, 2),
    of(n, 2, 1000),
  ]);
  const heads = [...others, ...hosts.flat()];
  const shares = shareOut(heads);
  const [own = [], other = []] = [shares?.own, shares?.other];
  t.deepEqual(
    [...own, ...other].sort(),
    heads
      .map(({ stream }) => stream)
      .filter((name) => /^(host|cluster)-/.test(name))
      .sort(),
  );
  t.true(own.includes('cluster-evio') && own.includes('cluster-other'));
  for (const lives of hosts)
    t.true([0, 3].includes(lives.filter(({ stream }) => own.includes(stream)).length));
});

test('the thread that starts later gets less, by what the other one folds meanwhile', (t) => {
  const heads = Array.from({ length: 50 }, (_, n) => of(n, 1, 10_000 + n));
  const { own, other } = shareOut(heads) ?? { own: [], other: [] };
  const difference = eventsOf(heads, own) - eventsOf(heads, other);
  t.true(difference > 90_000 && difference < 110_000, `${difference}`);
});

test('a log of few events, or of one busy node, is one thread’s', (t) => {
  t.is(shareOut([]), undefined);
  t.is(shareOut(Array.from({ length: 50 }, (_, n) => of(n, 1, 3000))), undefined);
  t.is(shareOut([of(1, 1, 900_000), of(2, 1, 1000), of(1, 2, 100_000)]), undefined);
});
