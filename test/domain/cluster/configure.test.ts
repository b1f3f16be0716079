import test from 'ava';
import type { WantedConfiguration } from '../../../domain/cluster/configuration.ts';
import { cluster } from '../../../domain/cluster/decider.ts';
import { newestReader } from '../../../domain/reader.ts';
import {
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

test('networks do not change under joined nodes, and the nodes are named', (t) => {
  const refusal = { type: 'cluster-in-use', nodes: [node('n1')] } as const;
  given(cluster, one).when(configure(dualStack)).refuses(t, refusal);
  given(cluster, one)
    .when(configure({ ...configuration, hostCidr: ofTwo.hostCidr }))
    .refuses(t, refusal);
});

test('networks do not change under the quarantine of nodes that left', (t) => {
  given(cluster, [...one, released('n1', '10.244.0.0/24'), left('n1')])
    .when(configure(dualStack))
    .refuses(t, { type: 'cluster-in-use', nodes: [] });
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
