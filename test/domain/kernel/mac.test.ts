import test from 'ava';
import { hostEndMac, isDerivedMac, podMac, unaddressedMacs } from '../../../domain/kernel/mac.ts';
import { ip } from '../../support/events.ts';

test('a pod’s MAC follows from its IPv4 address, octet by octet', (t) => {
  t.is(podMac(ip('10.244.0.2')), '0a:58:0a:f4:00:02');
  t.is(podMac(ip('255.255.255.255')), '0a:58:ff:ff:ff:ff');
  t.is(podMac(ip('0.0.0.1')), '0a:58:00:00:00:01');
});

test('neighbours in an IPv6 subnet have different MACs', (t) => {
  const macs = ['fd00:244::2', 'fd00:244::3', 'fd00:244::ffff:2', 'fd00:244::1:0:0:2'].map((text) =>
    podMac(ip(text)),
  );
  t.is(new Set(macs).size, macs.length, macs.join());
});

test('every MAC is locally administered and of one station, and the two ends of a link differ', (t) => {
  for (const text of ['10.244.0.2', 'fd00:244::2', 'ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff']) {
    for (const mac of [podMac(ip(text)), hostEndMac(ip(text))]) {
      t.regex(mac, /^[0-9a-f]{2}(:[0-9a-f]{2}){5}$/);
      const first = Number.parseInt(mac.slice(0, 2), 16);
      t.deepEqual([first & 1, first & 2], [0, 2], mac);
    }
    t.not(podMac(ip(text)), hostEndMac(ip(text)));
  }
});

test('a pair without an address has MACs that follow from its link, and that no address has', (t) => {
  const { pod, hostEnd } = unaddressedMacs('evio0123456789a');
  t.deepEqual([pod, hostEnd], ['06:12:34:56:78:9a', '02:12:34:56:78:9a']);
  for (const mac of [pod, hostEnd]) {
    const first = Number.parseInt(mac.slice(0, 2), 16);
    t.deepEqual([first & 1, first & 2, isDerivedMac(mac)], [0, 2, false], mac);
  }
});
