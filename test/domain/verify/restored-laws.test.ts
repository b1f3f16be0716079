import test from 'ava';
import type { HostEvent } from '../../../domain/host/events.ts';
import {
  configuration,
  configured,
  joined,
  leased,
  life,
  node,
  released,
  restored,
} from '../../support/cluster.ts';
import { cidr, leaseObserved } from '../../support/events.ts';
import { written } from '../../support/logged.ts';
import { beginning, cluster, host, verify } from '../../support/told-history.ts';

const { subnets, hostAddress } = leaseObserved;
const presented = (held: typeof subnets): HostEvent => ({
  type: 'LeasePresented',
  publicKey: 'key',
  subnets: held,
  hostAddress,
  epoch: 2,
  known: 2,
  clusterRevision: 3,
});
const again = { ...leased('node-2', '10.244.7.0/24'), presented: 2 };
const restoredLog = [
  ...beginning,
  cluster(configured({ ...configuration, minReader: 6 })),
  cluster(restored(2)),
  cluster(joined('node-2', '10.10.0.7')),
];

test('a lease that is presented again is no choice, and what a node saw in an epoch that is gone is not judged', (t) => {
  const { breach } = verify(
    written(
      ...restoredLog,
      cluster(again),
      cluster({ type: 'NodePresented', node: node('node-2'), incarnation: life(1), epoch: 2, contested: [] }),
      host({ ...leaseObserved, subnets: [cidr('10.244.7.0/24')], clusterRevision: 57 }, 'node-2'),
      host(presented(subnets)),
    ),
  );
  t.is(breach, undefined);
});

test('what is presented to another epoch than the log has is a choice like any other', (t) => {
  const { breach } = verify(written(...restoredLog, cluster({ ...again, presented: 1 })));
  t.is(breach?.law, 'subnet-choice');
});

test('a node that presents another lease than its stream has breaks the law lease-presented', (t) => {
  const { breach } = verify(written(...beginning, host(presented([cidr('10.244.9.0/24')]))));
  t.is(breach?.law, 'lease-presented');
});

test('networks that stay as they are may lack what a node gave back of one family', (t) => {
  const six = { cidr: cidr('fd00:244::/48'), nodeBits: 16 };
  const dual = { ...configuration, podCidrs: [...configuration.podCidrs, six] };
  const { breach } = verify(
    written(
      cluster(configured(dual)),
      cluster(joined('node-1', '10.10.0.1')),
      cluster(leased('node-1', '10.244.0.0/24')),
      cluster(leased('node-1', 'fd00:244::/64')),
      cluster(released('node-1', 'fd00:244::/64')),
      cluster(configured({ ...dual, quarantineSeconds: 60 })),
    ),
  );
  t.is(breach, undefined);
});

test('networks in which a lease has no place break the law configuration-fits', (t) => {
  const elsewhere = { ...configuration, podCidrs: [{ cidr: cidr('10.250.0.0/16'), nodeBits: 8 }] };
  const { breach } = verify(written(...beginning, cluster(configured(elsewhere))));
  t.is(breach?.law, 'configuration-fits');
  t.deepEqual(
    breach?.involved.map(({ position }) => position),
    [4],
  );
});
