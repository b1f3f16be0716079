import test from 'ava';
import { either as E } from 'fp-ts';
import { host } from '../../../domain/host/decider.ts';
import { type HostEvent, hostEvents } from '../../../domain/host/events.ts';
import { downcast, upcast } from '../../../domain/upcast.ts';
import { cidr, ip, leaseObserved, podAdded, podDeleted } from '../../support/events.ts';
import { given } from '../../support/given.ts';
import { addPod, joined, joinRequested, started } from '../../support/host.ts';
import { written } from '../../support/logged.ts';
import { beginning, requested, host as told, verify } from '../../support/told-history.ts';

const range = (first: string, last: string) => ({ first: ip(first), last: ip(last) });
const ranges = [range('10.244.0.10', '10.244.0.11'), range('10.244.0.20', '10.244.0.20')];
const dual: HostEvent = { ...leaseObserved, subnets: [cidr('10.244.0.0/24'), cidr('fd00:244::/64')] };

test('an address is chosen out of the ranges, never-given ones first, and the ranges are recorded', (t) => {
  given(host, joined)
    .when(addPod('c1', { ranges }))
    .decides(t, podAdded('c1', '10.244.0.10', { ranges }));
  given(host, [...joined, podAdded('c1', '10.244.0.10'), podDeleted('c1', '10.244.0.10')])
    .when(addPod('c2', { ranges }))
    .decides(t, podAdded('c2', '10.244.0.11', { ranges }));
});

test('when all of the ranges were given, the one that is free for longest is given again', (t) => {
  const given3 = ['10', '11', '20'].map((last) => podAdded(`c${last}`, `10.244.0.${last}`));
  const returned = ['5', '20', '10'].map((last) => podDeleted(`c${last}`, `10.244.0.${last}`));
  given(host, [...joined, podAdded('c5', '10.244.0.5'), ...given3, ...returned])
    .when(addPod('c2', { ranges }))
    .decides(t, podAdded('c2', '10.244.0.20', { ranges }));
});

test('ranges that are all held refuse, although the subnet has room', (t) => {
  const held = ['10', '11', '20'].map((last) => podAdded(`c${last}`, `10.244.0.${last}`));
  given(host, [...joined, ...held])
    .when(addPod('c2', { ranges }))
    .refuses(t, { type: 'ranges-exhausted', ranges });
});

test('ranges may reach beyond the lease; what they share with it counts', (t) => {
  const wide = [range('10.0.0.0', '10.255.255.255')];
  given(host, joined)
    .when(addPod('c1', { ranges: wide }))
    .decides(t, podAdded('c1', '10.244.0.2', { ranges: wide }));
});

for (const [title, outside] of [
  ['outside of the lease', range('10.244.1.2', '10.244.1.9')],
  ['before it', range('10.243.0.1', '10.243.255.254')],
  ['of a family without a subnet', range('fd00:244::2', 'fd00:244::9')],
] as const) {
  test(`ranges ${title} are refused with the lease's subnets`, (t) => {
    given(host, joined)
      .when(addPod('c1', { ranges: [outside] }))
      .refuses(t, { type: 'ranges-outside', ranges: [outside], subnets: leaseObserved.subnets });
  });
}

test('neither the gateway nor the network address is given, whatever the ranges say', (t) => {
  const never = [range('10.244.0.0', '10.244.0.1')];
  given(host, joined)
    .when(addPod('c1', { ranges: never }))
    .refuses(t, { type: 'ranges-exhausted', ranges: never });
});

test('a requested address must lie in the ranges of its family', (t) => {
  given(host, joined)
    .when(addPod('c1', { ranges, requestedAddresses: [ip('10.244.0.12')] }))
    .refuses(t, { type: 'requested-outside-ranges', address: ip('10.244.0.12'), ranges });
  given(host, joined)
    .when(addPod('c1', { ranges, requestedAddresses: [ip('10.244.0.11')] }))
    .decides(t, podAdded('c1', '10.244.0.11', { ranges, addresses: [requested('10.244.0.11')] }));
});

test('a family that no range names is not confined', (t) => {
  const six = [range('fd00:244::ff', 'fd00:244::ffff:ffff')];
  given(host, [started, joinRequested, dual])
    .when(addPod('c1', { ranges: six }))
    .decides(
      t,
      podAdded('c1', '10.244.0.2', {
        ranges: six,
        addresses: [
          { address: ip('10.244.0.2'), choice: { by: 'policy', policy: 'next-free/1' } },
          { address: ip('fd00:244::ff'), choice: { by: 'policy', policy: 'next-free/1' } },
        ],
      }),
    );
});

test('an auditor runs the confined choice again, and sees one that is not', (t) => {
  const first = told(podAdded('c1', '10.244.0.10', { ranges }));
  t.deepEqual(verify(written(...beginning, first)).breach, undefined);
  const wrong = verify(written(...beginning, told(podAdded('c1', '10.244.0.20', { ranges }))));
  t.like(wrong.breach, { law: 'address-choice', expected: '10.244.0.10', found: '10.244.0.20' });
});

test('older programs are written the ranges too, and both versions are read with them', (t) => {
  const { codec, earlier } = hostEvents.PodAdded;
  const event = podAdded('c1', '10.244.0.10', { ranges });
  for (const reader of [1, 2]) {
    const stored = downcast(earlier, reader, codec.encode(event));
    const read = E.chain(codec.decode)(upcast(earlier, stored?.version ?? 0, stored?.payload));
    t.deepEqual(read, E.right(event));
  }
});
