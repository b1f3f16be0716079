import test from 'ava';
import { sha256 } from '../../../adapters/system/sha256.ts';
import { hostIfname } from '../../../domain/kernel/host-ifname.ts';
import { attachment } from '../../support/host.ts';

test('the host end’s name follows from the attachment and fits the kernel', (t) => {
  const name = hostIfname(sha256, attachment('c1'));
  // SHA-256 of "evio/c1/eth0": written down, because links of earlier releases are found by it.
  t.is(name, `evio${sha256('evio/c1/eth0').slice(0, 11)}`);
  t.is(name.length, 15);
});

test('network, container and interface all count', (t) => {
  const base = attachment('c1');
  const names = [
    base,
    { ...base, network: 'other' },
    { ...base, containerId: 'c2' },
    { ...base, ifname: 'eth1' },
  ];
  t.is(new Set(names.map((one) => hostIfname(sha256, one))).size, 4);
});
