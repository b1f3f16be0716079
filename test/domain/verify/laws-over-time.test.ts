import test from 'ava';
import { sha256 } from '../../../adapters/system/sha256.ts';
import { startVerification, verifyEvent } from '../../../domain/verify/verification.ts';
import { configuration, configured, hour, joined, leased, left, released } from '../../support/cluster.ts';
import { cidr, leaseObserved, podAdded, podDeleted, podWired } from '../../support/events.ts';
import { type Told, written } from '../../support/logged.ts';
import { beginning, cluster, host, requested, verify } from '../../support/told-history.ts';

test('a node that was attested gone and comes back with its pods is found where an address is held twice', (t) => {
  // One subnet for all, and no quarantine: what is released is leased again at once.
  const one = {
    ...configuration,
    podCidrs: [{ cidr: cidr('10.244.0.0/24'), nodeBits: 0 }],
    quarantineSeconds: 0,
  };
  const attested: ReadonlyArray<Told> = [
    cluster(configured(one)),
    ...beginning.slice(1),
    host(podAdded('c1', '10.244.0.2')),
    cluster(released('node-1', '10.244.0.0/24', hour(1), 'attestation')),
    cluster(left('node-1', hour(1))),
  ];
  t.is(verify(written(...attested)).breach, undefined);
  const again = written(
    ...attested,
    cluster(joined('node-2', '10.10.0.2')),
    cluster(leased('node-2', '10.244.0.0/24', hour(1))),
    host({ ...leaseObserved, clusterRevision: 6 }, 'node-2'),
    host(podAdded('c9', '10.244.0.3', { addresses: [requested('10.244.0.3')] }), 'node-2'),
    // It never heard of it, and goes on giving from its old lease.
    host(podAdded('c2', '10.244.0.3')),
  );
  const { breach } = verify(again);
  t.like(breach, { law: 'address-once', position: 13 });
  t.deepEqual(breach?.involved, [{ position: 12, id: again[12]?.id ?? '' }]);
});

test('a node that was attested gone ends its own pods only: the address stays with who was given it since', (t) => {
  const one = {
    ...configuration,
    podCidrs: [{ cidr: cidr('10.244.0.0/24'), nodeBits: 0 }],
    quarantineSeconds: 0,
  };
  const since: ReadonlyArray<Told> = [
    cluster(configured(one)),
    ...beginning.slice(1),
    host(podAdded('c1', '10.244.0.2')),
    cluster(released('node-1', '10.244.0.0/24', hour(1), 'attestation')),
    cluster(left('node-1', hour(1))),
    cluster(joined('node-2', '10.10.0.2')),
    cluster(leased('node-2', '10.244.0.0/24', hour(1))),
    host({ ...leaseObserved, clusterRevision: 6 }, 'node-2'),
    host(podAdded('c9', '10.244.0.2'), 'node-2'),
  ];
  const log = written(
    ...since,
    host(podDeleted('c1', '10.244.0.2')),
    host(podAdded('c2', '10.244.0.2', { addresses: [requested('10.244.0.2')] })),
  );
  const { breach } = verify(log);
  t.like(breach, { law: 'address-once', position: 14 });
  t.deepEqual(breach?.involved, [{ position: 12, id: log[12]?.id ?? '' }]);
  const other = verify(written(...since, host(podDeleted('c1', '10.244.0.9'))));
  t.like(
    other.breach,
    { law: 'attachment-known', involved: [] },
    'what node-2 was given is not held against it',
  );
});

test('events of streams that no law is known of are followed all the same', (t) => {
  const log = written(...beginning, ['notes', podWired('c1')]);
  t.deepEqual([verify(log).breach, verify(log).events], [undefined, 7]);
});

test('what a pod held is forgotten with it: memory follows what is held', (t) => {
  const churn = Array.from({ length: 400 }, (_, n) => {
    const address = `10.244.0.${2 + (n % 253)}`;
    return [host(podAdded(`c${n}`, address)), host(podDeleted(`c${n}`, address))];
  }).flat();
  const log = written(...beginning, ...churn);
  const verification = startVerification(sha256, (position) => log[position]);
  for (const event of log) verifyEvent(verification, event);
  t.is(verification.breach, undefined);
  const [of] = verification.laws.hosts.values();
  t.deepEqual(
    [of?.host.state.attachments.size, of?.cluster.addresses.get('evio')?.size, of?.cluster.tenancies.size],
    [0, 0, 1],
  );
});
