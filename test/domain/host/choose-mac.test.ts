import test from 'ava';
import { host } from '../../../domain/host/decider.ts';
import { podAdded, podDeleted } from '../../support/events.ts';
import { given } from '../../support/given.ts';
import { addPod, joined } from '../../support/host.ts';

const mac = '02:00:5e:10:00:01';

test('a MAC that is asked for is given and recorded', (t) => {
  given(host, joined)
    .when(addPod('c1', { requestedMac: mac }))
    .decides(t, podAdded('c1', '10.244.0.2', { mac }));
});

test('a MAC that another pod has is refused until that is deleted', (t) => {
  const first = podAdded('c1', '10.244.0.2', { mac });
  given(host, [...joined, first])
    .when(addPod('c2', { requestedMac: mac }))
    .refuses(t, { type: 'requested-mac-held', mac, holder: 'evio/c1/eth0' });
  given(host, [...joined, first, podDeleted('c1', '10.244.0.2')])
    .when(addPod('c2', { requestedMac: mac }))
    .decides(t, podAdded('c2', '10.244.0.3', { mac }));
});

test('a MAC that follows from an address may be asked for with that address, and with no other', (t) => {
  given(host, joined)
    .when(addPod('c1', { requestedMac: '0a:58:0a:f4:00:02' }))
    .decides(t, podAdded('c1', '10.244.0.2'));
  for (const derived of ['0a:58:0a:f4:00:01', '0a:58:0a:f4:00:03', '0e:58:0a:f4:00:02']) {
    given(host, joined)
      .when(addPod('c1', { requestedMac: derived }))
      .refuses(t, { type: 'requested-mac-reserved', mac: derived });
  }
});
