import test from 'ava';
import { clockTime, cluster, host, oneNode, type Told, web } from '../../adapters/sqlite-index/past.ts';
import { joined, leased, released } from '../../support/cluster.ts';
import { podAdded, podDeleted } from '../../support/events.ts';
import { asking, names } from './who-had-scene.ts';

test('a clock that went back: both are told for the times that came twice, and that order is by revision', async (t) => {
  const ask = await asking(
    t,
    ...oneNode.slice(0, 6),
    ['11:00', host('node-1'), podDeleted('aaaaaa1', '10.244.0.2')],
    ['10:30', host('node-1'), podAdded('bbbbbb1', '10.244.0.2', web('web-1'))],
  );
  const answer = ask('10.244.0.2', '10:45');
  t.deepEqual(names(answer), ['web-0 on node-1', 'web-1 on node-1']);
  t.is(answer.holders[1]?.unknownAfter, clockTime('10:30'));
  t.deepEqual(answer.contradictions, []);
  t.true(answer.known.some(({ of, complete }) => of === 'node-1' && !complete));
  const twice = ask('10.244.0.2', '10:30');
  t.deepEqual(names(twice), ['web-0 on node-1', 'web-1 on node-1']);
  t.deepEqual(twice.contradictions, [
    {
      what: '10.244.0.2 in evio',
      holders: ['shop/web-0 on node-1', 'shop/web-1 on node-1'],
      reason:
        "only because the writer's clock went back: revision 3 ended the first, revision 4 began the second",
    },
  ]);
  t.deepEqual(twice.stepsBack, [
    {
      stream: host('node-1'),
      position: 7,
      revision: 4,
      before: clockTime('11:00'),
      after: clockTime('10:30'),
    },
  ]);
});

test('what was held while the clock went back is found at every time that it may have shown', async (t) => {
  const ask = await asking(
    t,
    ...oneNode.slice(0, 6),
    ['10:00', host('node-1'), { type: 'HostStarted', bootId: 'boot-1' }],
    ['07:00', host('node-1'), { type: 'HostStarted', bootId: 'boot-1' }],
    ['07:30', host('node-1'), podDeleted('aaaaaa1', '10.244.0.2')],
  );
  const at = (time: string) => names(ask('10.244.0.2', time)).length;
  t.deepEqual(['06:59', '07:00', '07:29', '08:30', '09:59', '10:00'].map(at), [0, 1, 1, 1, 1, 0]);
  t.deepEqual(ask('10.244.0.2', '08:30').holders[0]?.clockWentBack, {
    earliest: clockTime('07:00'),
    latest: clockTime('10:00'),
  });
});

test('two nodes that had an address at once by their own clocks contradict each other', async (t) => {
  const ask = await asking(
    t,
    ...oneNode.slice(0, 6),
    ['09:30', cluster, released('node-1', '10.244.0.0/24')],
    ['09:40', cluster, joined('node-2', '10.10.0.2')],
    ['09:40', cluster, leased('node-2', '10.244.0.0/24')],
    ['10:00', host('node-2'), podAdded('dddddd1', '10.244.0.2', web('web-9'))],
    ['10:30', host('node-1'), podDeleted('aaaaaa1', '10.244.0.2')],
  );
  t.deepEqual(ask('10.244.0.2', '10:00').contradictions, [
    {
      what: '10.244.0.2 in evio',
      holders: ['shop/web-0 on node-1', 'shop/web-9 on node-2'],
      reason: 'by the clocks of node-1 and node-2',
    },
  ]);
  t.deepEqual(ask('10.244.0.2', '09:30').contradictions, []);
});

test('whether the clock was synchronised is that of the boot in which the pod came, when it is recorded', async (t) => {
  const boot = (time: string, more: { readonly clockSynchronised?: boolean }): Told => [
    time,
    host('node-1'),
    { type: 'HostStarted', bootId: `boot at ${time}` },
    more,
  ];
  const pod = (time: string, id: string, address: string): Told => [
    time,
    host('node-1'),
    podAdded(id, address),
  ];
  const ask = await asking(
    t,
    ...oneNode,
    boot('13:00', { clockSynchronised: true }),
    pod('13:01', 'c1', '10.244.0.3'),
    boot('14:00', { clockSynchronised: false }),
    pod('14:01', 'c2', '10.244.0.4'),
  );
  const clock = (address: string) => ask(address, '14:01').holders.map((holder) => holder.clock);
  t.deepEqual(['10.244.0.2', '10.244.0.3', '10.244.0.4'].map(clock), [
    ['not recorded'],
    ['synchronised'],
    ['not synchronised'],
  ]);
});
