import test from 'ava';
import fc from 'fast-check';
import type { ClusterEvent } from '../../../domain/cluster/events.ts';
import type { HeldSubnets } from '../../../domain/import-source.ts';
import { breachWords } from '../../../domain/verify/words.ts';
import {
  address,
  again,
  configuration,
  configured,
  dualStack,
  hour,
  joined,
  leased,
  left,
  life,
  ofTwo,
  presented,
  publicKey,
  released,
  restored,
} from '../../support/cluster.ts';
import { cidr, incarnation, nodeName } from '../../support/events.ts';
import { generatedLog, hostStreamOf, rewritten, type Told, written } from '../../support/logged.ts';
import { histories } from '../../support/restored-history.ts';
import { cluster, verify } from '../../support/told-history.ts';

const breachOf = (...events: ReadonlyArray<ClusterEvent>) => verify(written(...events.map(cluster))).breach;

/** A cluster of one node. */
const one = (as = configuration): ReadonlyArray<ClusterEvent> => [
  configured(as),
  joined('n1', '10.10.0.1'),
  leased('n1', '10.244.0.0/24'),
];

const law = 'host-address-choice';

const resumed: ClusterEvent = { type: 'LeasingResumed', reason: 'all are here' };

test('a host address that was not next is named by its own event, with what was chosen and what the policy chooses', (t) => {
  const log = written(...[...one(), joined('n2', '10.10.0.7'), leased('n2', '10.244.1.0/24')].map(cluster));
  const { breach, fault } = verify(log);
  t.is(fault, undefined);
  t.deepEqual(breach, {
    law,
    position: 3,
    stream: 'cluster-evio',
    revision: 3,
    id: log[3]?.id ?? '',
    event: 'NodeJoined',
    expected: '10.10.0.2',
    found: '10.10.0.7',
    involved: [],
  });
  t.is(
    breach && breachWords(breach).msg,
    `position 3 (NodeJoined at revision 3 of cluster-evio, id ${log[3]?.id}): a host address is not the one that the policy chooses (law host-address-choice): expected 10.10.0.2, found 10.10.0.7`,
  );
});

const three = { ...ofTwo, podCidrs: configuration.podCidrs };
const bothGiven: ReadonlyArray<ClusterEvent> = [
  ...one(three),
  joined('n2', '10.10.0.2'),
  leased('n2', '10.244.1.0/24'),
  released('n2', '10.244.1.0/24'),
  left('n2', hour(1)),
];

test('one that was used before is given again when its quarantine is over, by the stamp of the lease beside it', (t) => {
  const third = [joined('n3', '10.10.0.2'), leased('n3', '10.244.2.0/24', hour(25))] as const;
  t.is(breachOf(...bothGiven, ...third), undefined);
  const early = breachOf(...bothGiven, third[0], leased('n3', '10.244.2.0/24', hour(24)));
  t.like(early, {
    law,
    position: 7,
    expected: `a refusal: none is free before ${hour(25)}`,
    found: `10.10.0.2, as of ${hour(24)}`,
  });
});

test('of those that were used before the longest released one is next', (t) => {
  const both = [...bothGiven, released('n1', '10.244.0.0/24', hour(2)), left('n1', hour(2))];
  const given = breachOf(...both, joined('n3', '10.10.0.1'), leased('n3', '10.244.2.0/24', hour(90)));
  t.like(given, { law, position: 9, expected: '10.10.0.2', found: '10.10.0.1' });
});

test('where all are held, any is one that the policy refuses', (t) => {
  const both = bothGiven.slice(0, 5);
  const given = breachOf(...both, joined('n3', '10.10.0.3'), leased('n3', '10.244.2.0/24'));
  t.like(given, { law, position: 5, expected: 'a refusal: none is free', found: '10.10.0.3' });
});

test('while leasing is paused none is chosen, and behind the pause one that is contested is passed by', (t) => {
  const behind = [...one({ ...configuration, minReader: 6 }), restored(2)];
  const second = [joined('n2', '10.10.0.2'), leased('n2', '10.244.1.0/24')] as const;
  t.like(breachOf(...behind, ...second), {
    law,
    position: 4,
    expected: 'a refusal: leasing is paused since the log was restored',
    found: '10.10.0.2',
  });
  t.is(breachOf(...behind, resumed, ...second), undefined);
  const contested = presented('n9', { place: '10.10.0.2' });
  t.like(breachOf(...behind, contested, resumed, ...second), { law, position: 6, expected: '10.10.0.3' });
});

test('a decision of which the copy that a log was restored from has a part is not judged', (t) => {
  const as = { ...configuration, minReader: 6 };
  t.is(breachOf(...one(as), joined('n2', '10.10.0.7'), restored(2)), undefined);
});

test('one that a node presents to a restored log was not chosen: the events beside it say so', (t) => {
  const behind = [...one({ ...configuration, minReader: 6 }), restored(2)];
  const back = joined('n2', '10.10.0.7');
  t.is(breachOf(...behind, back, again('n2', '10.244.1.0/24'), presented('n2')), undefined);
  t.is(breachOf(...behind, back, presented('n2')), undefined, 'it held no subnet any more');
  const fenced = presented('n2', { place: '10.244.0.0/24', holder: nodeName('n1') });
  t.is(breachOf(...behind, fenced, back, resumed), undefined, 'what it wants besides is contested');
  const other = { ...presented('n2'), epoch: 1 };
  t.like(breachOf(...behind, back, other), { law, position: 4 }, 'that was said in another epoch');
  t.like(breachOf(...behind, back, presented('n3')), { law, position: 4 }, 'another node said it');
  const clone = { ...presented('n2'), incarnation: life(2) };
  t.like(breachOf(...behind, back, clone), { law, position: 4 }, 'another life of it said it');
});

const request = (held?: HeldSubnets, node = 'node-2'): Told => [
  hostStreamOf(node),
  { type: 'JoinRequested', node: nodeName(node), publicKey, ...(held && { held }) },
];
const etcd = (subnet: string, hostAddress?: string): HeldSubnets => ({
  subnets: [cidr(subnet)],
  from: 'etcd',
  ...(hostAddress !== undefined && { hostAddress: address(hostAddress) }),
});
const taken: ReadonlyArray<Told> = [
  cluster(joined('node-2', '10.10.0.7', incarnation)),
  cluster({ ...leased('node-2', '10.244.9.0/24'), from: 'etcd' }),
];

test('one that the request names was not chosen; of one that names none it was, whatever subnet came with it', (t) => {
  const begun = one().map(cluster);
  const asked = (...events: ReadonlyArray<Told>) => verify(written(...begun, ...events)).breach;
  t.is(asked(request(etcd('10.244.9.0/24', '10.10.0.7')), ...taken), undefined);
  t.like(asked(request(etcd('10.244.9.0/24', '10.10.0.8')), ...taken), { law, position: 4 });
  t.like(asked(request(etcd('10.244.9.0/24')), ...taken), { law, position: 4 });
  const named = request(etcd('10.244.9.0/24', '10.10.0.7'), 'node-3');
  t.like(asked(named, request(), ...taken), { law, position: 5 }, 'another node named it');
});

test('in a log without the request, a node that was taken over may have named its own', (t) => {
  t.is(verify(written(...one().map(cluster), ...taken)).breach, undefined);
  const six = { ...leased('node-2', 'fd00:244:9::/64'), from: 'etcd' } as const;
  const dual = [configured(dualStack), joined('node-2', '10.10.0.7'), leased('node-2', '10.244.0.0/17')];
  t.is(breachOf(...dual, six), undefined, 'it was taken over in one family');
  const chosen = leased('node-2', 'fd00:244::/64');
  t.like(breachOf(...dual, chosen), { law, position: 1, expected: '10.10.0.1' }, 'in none it was taken over');
  t.like(breachOf(...dual, released('node-2', '10.244.0.0/17')), { law, position: 1 });
});

test('a log that ends with the event, before the rest of its decision, is not judged', (t) => {
  t.is(breachOf(...one(), joined('n2', '10.10.0.7')), undefined);
});

test('whatever the cluster decides holds: joins, restores, presentations, take-overs and new networks', (t) => {
  let joins = 0;
  fc.assert(
    fc.property(histories, ({ told, decided }) => {
      for (const log of [told, decided]) {
        const { fault, breach } = verify(written(...log));
        if (fault !== undefined || breach !== undefined) throw new Error(JSON.stringify(fault ?? breach));
      }
      joins += decided.filter(([, { type }]) => type === 'NodeJoined').length;
    }),
    { numRuns: 150 },
  );
  t.true(joins > 500, `${joins} nodes joined`);
});

test('a history rewritten with one other host address, all chains made anew, is found by name', (t) => {
  const log = generatedLog('nodes=12,events=1500,seed=4');
  t.is(verify(log).breach, undefined);
  const joins = log.filter(({ type }) => type === 'NodeJoined');
  t.true(joins.length >= 12);
  for (const { position, stream, revision, id, payload } of joins) {
    const { hostAddress } = JSON.parse(payload);
    const other = rewritten(log, position, payload.replace(hostAddress, '10.0.200.9'));
    const { fault, breach } = verify(other);
    t.is(fault, undefined);
    t.like(breach, { law, position, stream, revision, id, expected: hostAddress, found: '10.0.200.9' });
  }
});
