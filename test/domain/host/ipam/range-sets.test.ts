import test from 'ava';
import { capacityOf } from '../../../../domain/host/ipam/range-sets.ts';
import { cidr, ip, lanRanges } from '../../../support/events.ts';

test('ranges have both their ends, all sets together, and never a gateway', (t) => {
  const far = {
    subnet: cidr('fd00::/64'),
    first: ip('fd00::10'),
    last: ip('fd00::1f'),
    gateway: ip('fd00::1'),
  };
  t.is(capacityOf([]), 0n);
  t.is(capacityOf(lanRanges), 5n);
  t.is(capacityOf([...lanRanges, [far]]), 21n);
});
