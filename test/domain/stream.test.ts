import test from 'ava';
import type { ClusterName } from '../../domain/identity/cluster-name.ts';
import { clusterStream, eraOf, hostStream, lifeOf, parseHostStream } from '../../domain/stream.ts';
import { incarnation, nodeName } from '../support/events.ts';

const edge = 'edge' as ClusterName;
const node = nodeName('node-1.example.org');
const stream = `host-edge:node-1.example.org:${incarnation}`;

test('streams have the names that the log has kept them under from the start', (t) => {
  t.is(clusterStream(edge), 'cluster-edge');
  t.is(hostStream(edge, node, incarnation), stream);
  t.is(hostStream(edge, node, incarnation, 1), stream);
  t.is(hostStream(edge, node, incarnation, 12), `${stream}:12`);
});

for (const era of [1, 2, 9, 10, 214]) {
  test(`the name of a host's stream in era ${era} gives back what it was made of`, (t) => {
    const name = hostStream(edge, node, incarnation, era);
    t.deepEqual(parseHostStream(name), { cluster: 'edge', node, incarnation, era });
    t.is(lifeOf(name), stream);
    t.is(eraOf(stream, era), name);
    t.is(eraOf(`${stream}:3`, era), name);
  });
}

const others = [
  '',
  'cluster-edge',
  'host-edge',
  'host-edge:node-1',
  'host-edge:node-1:first',
  `host-edge:Node_1:${incarnation}`,
  `host-:node-1:${incarnation}`,
  `host-edge:node-1:${incarnation}:more`,
  `host-edge:node-1:${incarnation}:`,
  `host-edge:node-1:${incarnation}:0`,
  `host-edge:node-1:${incarnation}:1`,
  `host-edge:node-1:${incarnation}:02`,
  `host-edge:node-1:${incarnation}:2:2`,
  `xhost-edge:node-1:${incarnation}`,
];

for (const other of others) {
  test(`"${other}" is no host stream, and goes by its own name`, (t) => {
    t.is(parseHostStream(other), undefined);
    t.is(lifeOf(other), other);
  });
}
