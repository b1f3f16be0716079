import test from 'ava';
import type { ClusterName } from '../../domain/identity/cluster-name.ts';
import { clusterStream, hostStream, parseHostStream } from '../../domain/stream.ts';
import { incarnation, nodeName } from '../support/events.ts';

const edge = 'edge' as ClusterName;
const stream = `host-edge:node-1.example.org:${incarnation}`;

test('streams have the names that the log has kept them under from the start', (t) => {
  t.is(clusterStream(edge), 'cluster-edge');
  t.is(hostStream(edge, nodeName('node-1.example.org'), incarnation), stream);
});

test('a host stream’s name gives back what it was made of', (t) => {
  t.deepEqual(parseHostStream(stream), {
    cluster: 'edge',
    node: nodeName('node-1.example.org'),
    incarnation,
  });
});

const others = [
  '',
  'cluster-edge',
  'host-edge',
  'host-edge:node-1',
  'host-edge:node-1:first',
  `host-edge:Node_1:${incarnation}`,
  `host-:node-1:${incarnation}`,
  `host-edge:node-1:${incarnation}:more`,
  `xhost-edge:node-1:${incarnation}`,
];

for (const other of others) {
  test(`"${other}" is no host stream`, (t) => {
    t.is(parseHostStream(other), undefined);
  });
}
