import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { either as E } from 'fp-ts';
import { type HistoryKind, historyOf } from '../../../domain/projection/history.ts';
import { scratchFolder } from '../../adapters/sqlite/scratch.ts';
import {
  clockTime,
  cluster,
  host,
  oneNode,
  openIndex,
  type Told,
  web,
  writePast,
} from '../../adapters/sqlite-index/past.ts';
import { attested, left, life, released, replaced, revoked } from '../../support/cluster.ts';
import { podAdded } from '../../support/events.ts';

const ending: ReadonlyArray<Told> = [
  ['13:00', cluster, revoked('node-1', '10.244.0.0/24', 'moved')],
  ['13:10', cluster, released('node-1', '10.244.0.0/24')],
  ['13:20', cluster, left('node-1')],
];

const asking = async (t: ExecutionContext, ...more: ReadonlyArray<Told>) => {
  const path = await writePast(join(scratchFolder(t), 'log.db'), ...oneNode, ...more);
  const { index } = openIndex(t, path);
  return (name: string, kind?: HistoryKind) => {
    const found = historyOf(index, name, kind);
    if (E.isLeft(found)) return found.left;
    const { subject, entries } = found.right;
    return [subject, ...entries.map(({ position, type, what }) => [position, type, what])];
  };
};

const web0 = [
  [4, 'PodAdded', '10.244.0.2 held by shop/web-0 (container aaaaaa1, eth0 in evio)'],
  [5, 'PodWired', '10.244.0.2 answered as usable'],
  [6, 'PodDeleted', '10.244.0.2 free again: deleted'],
] as const;
const web1 = [
  [7, 'PodAdded', '10.244.0.2 held by shop/web-1 (container bbbbbb1, eth0 in evio)'],
  [8, 'PodWired', '10.244.0.2 answered as usable'],
] as const;
const lease = [
  [2, 'SubnetLeased', '10.244.0.0/24 leased'],
  [9, 'LeaseRevoked', '10.244.0.0/24 revoked: moved'],
  [10, 'SubnetReleased', '10.244.0.0/24 released by holder'],
] as const;

test('what is meant is recognised: pod, container, address, subnet, node', async (t) => {
  const ask = await asking(t, ...ending);
  t.deepEqual(ask('shop/web-0'), [{ kind: 'pod', name: 'shop/web-0' }, ...web0]);
  t.deepEqual(ask('web-1'), [{ kind: 'pod', name: 'shop/web-1' }, ...web1]);
  t.deepEqual(ask('aaaaaa'), [{ kind: 'container', name: 'aaaaaa1' }, ...web0]);
  t.deepEqual(ask('10.244.0.0/24'), [{ kind: 'subnet', name: '10.244.0.0/24' }, ...lease]);
  t.deepEqual(ask('10.244.0.2'), [
    { kind: 'ip', name: '10.244.0.2' },
    lease[0],
    ...web0,
    ...web1,
    ...lease.slice(1),
  ]);
  t.deepEqual(ask('node-1'), [
    { kind: 'node', name: 'node-1' },
    [1, 'NodeJoined', 'joined with 10.10.0.1'],
    lease[0],
    [3, 'HostStarted', 'agent started in boot boot-1; clock: not recorded'],
    lease[1],
    lease[2],
    [11, 'NodeLeft', 'left; 10.10.0.1 free again'],
  ]);
});

test('a name that fits several is not guessed at', async (t) => {
  const other = { pod: { namespace: 'bank', name: 'web-0', uid: 'b' } };
  const ask = await asking(
    t,
    ['13:00', host('node-1'), podAdded('aaaaaa2', '10.244.0.7', other)],
    ['13:00', host('node-1'), podAdded('gggggg1', '10.244.0.8', web('node-1'))],
  );
  t.deepEqual(ask('web-0'), {
    type: 'ambiguous-name',
    name: 'web-0',
    subjects: [
      { kind: 'pod', name: 'shop/web-0' },
      { kind: 'pod', name: 'bank/web-0' },
    ],
  });
  t.deepEqual(ask('aaaaaa', 'container'), {
    type: 'ambiguous-name',
    name: 'aaaaaa',
    subjects: [
      { kind: 'container', name: 'aaaaaa1' },
      { kind: 'container', name: 'aaaaaa2' },
    ],
  });
  t.like(ask('node-1'), { type: 'ambiguous-name' });
  t.deepEqual(ask('node-1', 'pod'), [
    { kind: 'pod', name: 'shop/node-1' },
    [10, 'PodAdded', '10.244.0.8 held by shop/node-1 (container gggggg1, eth0 in evio)'],
  ]);
});

test('a name that nothing bears is told as that', async (t) => {
  const ask = await asking(t);
  t.deepEqual(ask('web-9'), { type: 'nothing-of-that-name', name: 'web-9' });
  t.deepEqual(ask('aaaaa'), { type: 'nothing-of-that-name', name: 'aaaaa' });
  t.deepEqual(ask('web-0', 'node'), { type: 'nothing-of-that-name', name: 'web-0' });
});

test('an address that nobody ever held has an empty history, and the streams that would know it', async (t) => {
  const path = await writePast(join(scratchFolder(t), 'log.db'), ...oneNode);
  const { index } = openIndex(t, path);
  t.deepEqual(
    historyOf(index, '10.9.9.9', undefined),
    E.right({
      subject: { kind: 'ip', name: '10.9.9.9' },
      entries: [],
      known: [
        {
          stream: cluster,
          of: 'cluster evio',
          completeTo: clockTime('08:00'),
          position: 2,
          complete: true,
          clock: 'not of a node',
        },
      ],
      stepsBack: [],
    }),
  );
});

test('what a node says of another node’s life ends nothing of it', async (t) => {
  const ask = await asking(t, [
    '13:00',
    host('node-2', life(2)),
    { type: 'IncarnationContinued', stream: host('node-1'), revision: 5, hash: 'b'.repeat(64) },
  ]);
  t.deepEqual(ask('web-1'), [{ kind: 'pod', name: 'shop/web-1' }, ...web1]);
});

test('a life that replaces another is told once, with the word that let it, and ends what the old one held', async (t) => {
  const head = { stream: host('node-1'), revision: 5, hash: 'b'.repeat(64) };
  const ask = await asking(
    t,
    ['13:00', cluster, attested('node-1', 'burnt')],
    ['13:10', cluster, replaced('node-1', life(2), life(1), { head })],
    ['13:11', host('node-1', life(2)), { type: 'IncarnationContinued', ...head }],
    ['13:12', host('node-1', life(2)), podAdded('bbbbbb1', '10.244.0.2', web('web-1'))],
    ['13:20', cluster, revoked('node-1', '10.244.0.0/24', 'moved')],
    // No word of the member.
    ['13:21', cluster, attested('node-1', 'presented', life(3))],
  );
  t.deepEqual(ask('node-1'), [
    { kind: 'node', name: 'node-1' },
    [1, 'NodeJoined', 'joined with 10.10.0.1'],
    lease[0],
    [3, 'HostStarted', 'agent started in boot boot-1; clock: not recorded'],
    [9, 'NodeAttested', `incarnation ${life(1)} attested destroyed: burnt`],
    [10, 'IncarnationReplaced', `incarnation ${life(2)} goes on in place of ${life(1)}, with 10.10.0.1`],
    [13, 'LeaseRevoked', '10.244.0.0/24 revoked: moved'],
  ]);
  t.deepEqual([ask('bbbbbb1')].flat().slice(-2), [
    [11, 'IncarnationContinued', '10.244.0.2 no more of this life: the node goes on in another'],
    [12, 'PodAdded', '10.244.0.2 held by shop/web-1 (container bbbbbb1, eth0 in evio)'],
  ]);
});
