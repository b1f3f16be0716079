import test from 'ava';
import type { Law } from '../../../domain/verify/fault.ts';
import {
  attested,
  hour,
  joined,
  leased,
  life,
  node,
  presented,
  released,
  replaced,
  restored,
} from '../../support/cluster.ts';
import { leaseObserved, podAdded, podDeleted } from '../../support/events.ts';
import { fenced, joinRequested, started } from '../../support/host.ts';
import { type Told, written } from '../../support/logged.ts';
import { beginning, cluster, host, verify } from '../../support/told-history.ts';

const adopted = {
  addresses: [
    { address: '10.244.0.2' as never, choice: { by: 'imported' as const, from: 'adoption' as const } },
  ],
};

const secondLife = `host-evio:node-1:${life(2)}`;
const second = (event: Told[1]): Told => [secondLife, event];

/** The member whose disk is lost; its stream so far, and where the cluster saw it end. */
const lost: ReadonlyArray<Told> = [...beginning, host(podAdded('c1', '10.244.0.2'))];
const end = (() => {
  const { stream = '', revision = 0, hash = '' } = written(...lost).at(-1) ?? {};
  return { stream, revision, hash };
})();

const back: ReadonlyArray<Told> = [
  ...lost,
  cluster(attested('node-1')),
  second(started),
  second(joinRequested),
  cluster(replaced('node-1', life(2), life(1), { head: end })),
  second({ type: 'IncarnationContinued', ...end }),
  second({ ...leaseObserved, clusterRevision: 4 }),
];

test('a life that goes on with the lease of one that was lost, and with the address of its pod, breaks no law', (t) => {
  const log = written(
    ...back,
    second(podAdded('c1', '10.244.0.2', adopted)),
    // The old disk comes back: it lets its pod go, and learns that it is fenced.
    host(fenced),
    host(podDeleted('c1', '10.244.0.2')),
    second(podDeleted('c1', '10.244.0.2')),
  );
  const { fault, breach } = verify(log);
  t.deepEqual([fault, breach], [undefined, undefined]);
});

test('an old disk that gives what its successor gave is found', (t) => {
  const { breach } = verify(
    written(
      ...back,
      second(podAdded('c1', '10.244.0.2', adopted)),
      second(podAdded('c2', '10.244.0.3')),
      host(podAdded('c9', '10.244.0.3')),
    ),
  );
  t.like(breach, { law: 'address-once', position: 15 });
});

test('a life that presented what it uses to a restored log may be attested, though another one is the member', (t) => {
  const said = {
    ...presented('node-1', { place: '10.244.0.0/24', holder: node('node-1') }),
    incarnation: life(2),
  };
  const word = cluster(attested('node-1', 'burnt', life(2)));
  const settled = cluster({ ...said, contested: [], asOf: hour(3) });
  const { fault, breach } = verify(written(...lost, cluster(restored(2)), cluster(said), word, settled));
  t.deepEqual([fault, breach], [undefined, undefined]);
  t.is(verify(written(...lost, cluster(restored(2)), word)).breach?.law, 'life-gone');
});

const breaches: ReadonlyArray<readonly [string, Law, ReadonlyArray<Told>, ReadonlyArray<number>]> = [
  [
    'a life attested that is not the member',
    'life-gone',
    [...beginning, cluster(attested('node-1', 'burnt', life(7)))],
    [],
  ],
  ['a node attested that never joined', 'life-gone', [...beginning, cluster(attested('node-9'))], []],
  [
    'a life replaced that nobody attested, with its lease',
    'life-gone',
    [...beginning, cluster(replaced('node-1'))],
    [4],
  ],
  [
    'a life replaced that is not the member',
    'life-gone',
    [...beginning, cluster(attested('node-1')), cluster(replaced('node-1', life(3), life(2)))],
    [],
  ],
  [
    'a life that goes on from elsewhere than the cluster says',
    'life-continued',
    [...back.slice(0, -2), second({ type: 'IncarnationContinued', ...end, revision: end.revision - 1 })],
    [],
  ],
];

for (const [what, law, told, involved] of breaches)
  test(`${what} breaks the law ${law}`, (t) => {
    const log = written(...told);
    const { breach } = verify(log);
    t.like(breach, { law, position: log.length - 1 });
    t.deepEqual(
      breach?.involved,
      involved.map((position) => ({ position, id: log[position]?.id ?? '' })),
    );
  });

const shorter = { ...end, revision: end.revision - 1, hash: 'cd'.repeat(32) };
const restoredBefore = (head: typeof end): ReadonlyArray<Told> => [
  ...lost,
  cluster(restored(2)),
  cluster(attested('node-1')),
  cluster(replaced('node-1', life(2), life(1), { head })),
  second({ type: 'IncarnationContinued', ...end }),
];

test('a restored log may know less of the life before than the one that goes on from it, and no more', (t) => {
  t.is(verify(written(...restoredBefore(shorter))).breach, undefined);
  for (const head of [
    { ...shorter, revision: end.revision + 1 },
    { ...end, hash: shorter.hash },
  ])
    t.is(verify(written(...restoredBefore(head))).breach?.law, 'life-continued');
});

test('a life that held nothing is replaced without an operator’s word', (t) => {
  const { breach } = verify(
    written(
      ...beginning.slice(0, -1),
      cluster(released('node-1', '10.244.0.0/24', hour(1))),
      cluster(replaced('node-1')),
      cluster(joined('node-2', '10.10.0.2')),
      cluster(leased('node-2', '10.244.1.0/24', hour(1))),
    ),
  );
  t.is(breach, undefined);
});
