import test from 'ava';
import fc from 'fast-check';
import { patch, toggle } from '../../../adapters/ovs/difference.ts';
import { makeReplica } from '../../../adapters/ovs/replica.ts';

const uuids = (...ids: ReadonlyArray<string>) => ['set', ids.map((id) => ['uuid', id])];

test('a change names only what differs, and the rest of the row stays', (t) => {
  const replica = makeReplica();
  replica.apply({
    Bridge: {
      b1: {
        initial: {
          name: 'evio0',
          ports: uuids('p1', 'p2'),
          fail_mode: 'standalone',
          mcast_snooping_enable: true,
          other_config: ['map', [['hwaddr', '0a:58:00:00:00:01']]],
        },
      },
    },
  });
  replica.apply({ Bridge: { b1: { modify: { ports: uuids('p2', 'p3') } } } });
  t.deepEqual(replica.bridge('evio0'), {
    uuid: 'b1',
    name: 'evio0',
    ports: new Set(['p1', 'p3']),
    datapathType: '',
    failMode: 'standalone',
    mcastSnooping: true,
    otherConfig: { hwaddr: '0a:58:00:00:00:01' },
    externalIds: {},
  });
});

test('an optional column that is emptied reads as none', (t) => {
  const replica = makeReplica();
  replica.apply({ Interface: { i1: { insert: { name: 'v1', ofport: 7 } } } });
  replica.apply({ Interface: { i1: { modify: { ofport: -1, error: 'could not open' } } } });
  t.deepEqual(replica.interface('i1'), {
    uuid: 'i1',
    name: 'v1',
    ofport: undefined,
    error: 'could not open',
    mtuRequest: undefined,
  });
  replica.apply({ Interface: { i1: { modify: { ofport: 3, error: ['set', []] } } } });
  t.is(replica.interface('i1')?.error, undefined);
  t.is(replica.interface('i1')?.ofport, 3);
});

for (const [order, update] of Object.entries({
  'deleted first': { p1: { delete: null }, p2: { insert: { name: 'v1' } } },
  'inserted first': { p2: { insert: { name: 'v1' } }, p1: { delete: null } },
}))
  test(`a row that replaces another of its name is found by it (${order})`, (t) => {
    const replica = makeReplica();
    replica.apply({ Port: { p1: { insert: { name: 'v1' } } } });
    replica.apply({ Port: update });
    t.is(replica.port('v1')?.uuid, 'p2');
    t.is(replica.ports().length, 1);
  });

test('a change of cur_cfg alone is nothing new of bridges, ports or interfaces', (t) => {
  const replica = makeReplica();
  t.false(replica.apply({ Open_vSwitch: { r: { initial: { cur_cfg: 4 } } } }));
  t.is(replica.root()?.curCfg, 4);
  t.true(replica.apply({ Port: { p1: { insert: { name: 'v1' } } } }));
});

test('the difference of two sets, applied to one, gives the other', (t) => {
  const numbers = fc.uniqueArray(fc.nat(8)).map((elements) => new Set(elements));
  fc.assert(
    fc.property(numbers, numbers, (before, after) => {
      const sorted = [...toggle(before, [...before.symmetricDifference(after)])].sort();
      t.deepEqual(sorted, [...after].sort());
    }),
  );
});

test('the difference of two maps, applied to one, gives the other', (t) => {
  const maps = fc.dictionary(fc.constantFrom('a', 'b', 'c', 'd'), fc.constantFrom('1', '2'));
  fc.assert(
    fc.property(maps, maps, (before, after) => {
      const removed = Object.entries(before).filter(([key]) => !(key in after));
      const changed = Object.entries(after).filter(([key, value]) => before[key] !== value);
      t.deepEqual(patch(before, Object.fromEntries([...removed, ...changed])), after);
    }),
  );
});
