import test from 'ava';
import type { WantedConfiguration } from '../../../domain/cluster/configuration.ts';
import { cluster } from '../../../domain/cluster/decider.ts';
import { newestReader } from '../../../domain/reader.ts';
import {
  address,
  cidr,
  configuration,
  configured,
  dualStack,
  hour,
  join,
  joined,
  leased,
  left,
  node,
  ofTwo,
  released,
  restored,
} from '../../support/cluster.ts';
import { given } from '../../support/given.ts';

const configure = (as: WantedConfiguration = configuration) => ({ type: 'configure', ...as }) as const;

const one = [configured(), joined('n1', '10.10.0.1'), leased('n1', '10.244.0.0/24')];

test('a cluster is configured', (t) => given(cluster, []).when(configure()).decides(t, configured()));

test('configuring twice is configuring once', (t) =>
  given(cluster, []).when(configure(dualStack)).onceOnly(t));

test('an equal configuration decides nothing, with nodes as well', (t) => {
  given(cluster, one).when(configure()).decides(t);
});

test('networks may change while no node has joined', (t) => {
  given(cluster, [configured()]).when(configure(dualStack)).decides(t, configured(dualStack));
});

test('new networks hand out from their own beginning', (t) => {
  given(cluster, [configured(), configured(dualStack)])
    .when(join('n1'))
    .decides(t, joined('n1', '10.10.0.1'), leased('n1', '10.244.0.0/17'), leased('n1', 'fd00:244::/64'));
});

test('networks do not change under joined nodes, and what is in the way is named', (t) => {
  const nothing = { leases: [], hostAddresses: [], released: [], lacking: [] };
  const lease = { node: node('n1'), subnet: cidr('10.244.0.0/24') };
  given(cluster, one)
    .when(configure(dualStack))
    .refuses(t, { type: 'cluster-in-use', ...nothing, leases: [lease], lacking: [node('n1')] });
  given(cluster, one)
    .when(configure({ ...configuration, hostCidr: cidr('10.11.0.0/16') }))
    .refuses(t, {
      type: 'cluster-in-use',
      ...nothing,
      hostAddresses: [{ node: node('n1'), hostAddress: address('10.10.0.1') }],
    });
});

test('networks do not change under the quarantine of nodes that left', (t) => {
  given(cluster, [...one, released('n1', '10.244.0.0/24'), left('n1')])
    .when(configure(dualStack))
    .refuses(t, {
      type: 'cluster-in-use',
      leases: [],
      hostAddresses: [],
      released: ['10.244.0.0/24'],
      lacking: [],
    });
});

const second = { cidr: cidr('10.250.0.0/24'), nodeBits: 1 };

test('another pod CIDR is added under joined nodes, and gives when the first is full', (t) => {
  const small = { ...ofTwo, hostCidr: cidr('10.10.0.0/28'), minReader: 6 };
  const wider = { ...small, podCidrs: [...small.podCidrs, second] };
  const full = [
    configured(small),
    joined('n1', '10.10.0.1'),
    leased('n1', '10.244.0.0/17'),
    joined('n2', '10.10.0.2'),
    leased('n2', '10.244.128.0/17'),
  ];
  given(cluster, full).when(configure(wider)).decides(t, configured(wider));
  const history = [...full, configured(wider)];
  given(cluster, history)
    .when(join('n3', hour(1)))
    .decides(t, joined('n3', '10.10.0.3'), leased('n3', '10.250.0.0/25', hour(1)));
  // It can be taken away again while nothing of it was given.
  given(cluster, history).when(configure(small)).decides(t, configured(small));
  given(cluster, [...history, joined('n3', '10.10.0.3'), leased('n3', '10.250.0.0/25')])
    .when(configure(small))
    .refuses(t, {
      type: 'cluster-in-use',
      leases: [{ node: node('n3'), subnet: cidr('10.250.0.0/25') }],
      hostAddresses: [],
      released: [],
      lacking: [],
    });
});

test('more nodes come with a wider network, where each subnet still is one; quarantine goes on', (t) => {
  const narrow = { ...ofTwo, minReader: 6 };
  const wider = {
    ...narrow,
    podCidrs: [{ cidr: cidr('10.244.0.0/15'), nodeBits: 2 }],
    hostCidr: cidr('10.10.0.0/28'),
  };
  const history = [
    configured(narrow),
    joined('n1', '10.10.0.1'),
    leased('n1', '10.244.0.0/17'),
    leased('n1', '10.244.128.0/17'),
    released('n1', '10.244.128.0/17', hour(1)),
  ];
  given(cluster, history).when(configure(wider)).decides(t, configured(wider));
  const asked = [...history, configured(wider), joined('n2', '10.10.0.2'), leased('n2', '10.245.0.0/17')];
  given(cluster, asked)
    .when(join('n3', hour(2)))
    .decides(t, joined('n3', '10.10.0.3'), leased('n3', '10.245.128.0/17', hour(2)));
  const full = [...asked, joined('n3', '10.10.0.3'), leased('n3', '10.245.128.0/17')];
  given(cluster, full)
    .when(join('n4', hour(2)))
    .refuses(t, {
      type: 'no-free-subnet',
      podCidr: cidr('10.244.0.0/15'),
      capacity: 4,
      leased: 3,
      inQuarantine: 1,
      nextFreeAt: hour(25),
    });
  given(cluster, history)
    .when(configure({ ...wider, podCidrs: [{ cidr: cidr('10.244.0.0/15'), nodeBits: 3 }] }))
    .refuses(t, {
      type: 'cluster-in-use',
      leases: [{ node: node('n1'), subnet: cidr('10.244.0.0/17') }],
      hostAddresses: [],
      released: ['10.244.128.0/17'],
      lacking: [],
    });
});

test('a network may be added while leasing is paused: a node that presents its lease may need it', (t) => {
  const modern = { ...configuration, minReader: 6 };
  const wider = { ...modern, podCidrs: [...modern.podCidrs, second] };
  given(cluster, [configured(modern), ...one.slice(1), restored(2)])
    .when(configure(wider))
    .decides(t, configured(wider));
});

test('where programs read along that would lose what is held in new networks, they do not change', (t) => {
  const tooOld = { type: 'readers-too-old', minReader: 5, needed: 6 } as const;
  const old = { ...configuration, minReader: 5 };
  const wider = { ...old, podCidrs: [{ cidr: cidr('10.244.0.0/15'), nodeBits: 9 }] };
  given(cluster, [configured(old), ...one.slice(1)])
    .when(configure(wider))
    .refuses(t, tooOld);
  given(cluster, [configured(old), ...one.slice(1), released('n1', '10.244.0.0/24'), left('n1')])
    .when(configure(wider))
    .refuses(t, tooOld);
  given(cluster, [configured(old), ...one.slice(1)])
    .when(configure({ ...wider, minReader: 6 }))
    .decides(t, configured({ ...wider, minReader: 6 }));
  given(cluster, [])
    .when(configure({ ...old, podCidrs: [...old.podCidrs, second] }))
    .refuses(t, tooOld);
});

test('quarantine and the oldest reader may change at any time', (t) => {
  const changed = { ...configuration, quarantineSeconds: 60, minReader: 2 };
  given(cluster, one).when(configure(changed)).decides(t, configured(changed));
});

test('a new cluster has this program as its oldest reader; one that is there keeps its own', (t) => {
  const unsaid = { ...configuration, minReader: undefined };
  given(cluster, [])
    .when(configure(unsaid))
    .decides(t, configured({ ...configuration, minReader: newestReader }));
  given(cluster, one)
    .when(configure({ ...unsaid, quarantineSeconds: 60 }))
    .decides(t, configured({ ...configuration, quarantineSeconds: 60 }));
});

test('the oldest reader is never lowered: newer events may stand in the log already', (t) => {
  given(cluster, [configured({ ...configuration, minReader: 2 })])
    .when(configure({ ...configuration, minReader: 1 }))
    .refuses(t, { type: 'reader-lowered', minReader: 2, asked: 1 });
});

test('a change of quarantine keeps what is held and counts for what was released before', (t) => {
  const history = [
    configured(ofTwo),
    joined('n1', '10.10.0.1'),
    leased('n1', '10.244.0.0/17'),
    joined('n2', '10.10.0.2'),
    leased('n2', '10.244.128.0/17'),
    released('n2', '10.244.128.0/17', hour(1)),
    left('n2', hour(1)),
    configured({ ...ofTwo, quarantineSeconds: 3_600 }),
  ];
  given(cluster, history)
    .when(join('n3', hour(2)))
    .decides(t, joined('n3', '10.10.0.2'), leased('n3', '10.244.128.0/17', hour(2)));
});
