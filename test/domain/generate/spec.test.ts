import test from 'ava';
import { either as E } from 'fp-ts';
import { describeViolation } from '../../../domain/cluster/violation.ts';
import { parseHistorySpec } from '../../../domain/generate/spec.ts';
import { cidr } from '../../support/events.ts';

test('every key has a default', (t) => {
  const standard = {
    nodes: 1000,
    events: 1_000_000,
    seed: 7,
    eraEvents: 0,
    configuration: {
      podCidrs: [{ cidr: cidr('10.128.0.0/9'), nodeBits: 15 }],
      hostCidr: cidr('10.0.0.0/16'),
      quarantineSeconds: 86_400,
    },
  };
  t.deepEqual(parseHistorySpec(''), E.right(standard));
  t.deepEqual(
    parseHistorySpec(
      'nodes=3, events=50,seed=0,pod-cidr=10.244.0.0/16 fd00:244::/48,node-bits=8 16,host-cidr=10.10.0.0/15,quarantine=1h,era-events=500',
    ),
    E.right({
      nodes: 3,
      events: 50,
      seed: 0,
      eraEvents: 500,
      configuration: {
        podCidrs: [
          { cidr: cidr('10.244.0.0/16'), nodeBits: 8 },
          { cidr: cidr('fd00:244::/48'), nodeBits: 16 },
        ],
        hostCidr: cidr('10.10.0.0/15'),
        quarantineSeconds: 3600,
      },
    }),
  );
});

const refused = (spec: string): ReadonlyArray<string> => {
  const parsed = parseHistorySpec(spec);
  return E.isLeft(parsed) ? parsed.left.map(describeViolation) : [];
};

test('what it cannot use is refused by key and value', (t) => {
  t.deepEqual(refused('node=3'), [
    'generate "node=3" is not a setting of a history: use nodes, events, seed, era-events, pod-cidr, node-bits, host-cidr, quarantine',
  ]);
  t.deepEqual(refused('nodes=3,nodes=4,seed'), [
    'generate "nodes=4" is not KEY=VALUE, once for each key: write, for example, nodes=1000,events=1000000,seed=7',
    'generate "seed" is not KEY=VALUE, once for each key: write, for example, nodes=1000,events=1000000,seed=7',
  ]);
  t.deepEqual(refused('nodes=0,events=many,pod-cidr=10.128.0.1/9'), [
    'nodes "0" is not a number in its range: write a whole number from 1 to 65536',
    'events "many" is not a number in its range: write a whole number from 1 to 100000000',
    'podCidr "10.128.0.1/9" has host bits set: write 10.128.0.0/9',
  ]);
});
