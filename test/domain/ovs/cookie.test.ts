import test from 'ava';
import { cookieOf, ownCookies } from '../../../domain/ovs/cookie.ts';

test('a cookie bears our mark and the name of the link', (t) => {
  t.is(cookieOf('evio0123456789a'), 'e71060123456789a');
  const masked = BigInt('0xe71060123456789a') & BigInt(`0x${ownCookies.mask}`);
  t.is(masked, BigInt(`0x${ownCookies.value}`));
});

test('a link that we did not name has none', (t) => {
  for (const name of ['eth0', 'evio0', 'evio0123456789', 'evio0123456789A', 'xevio012345678'])
    t.is(cookieOf(name), undefined, name);
});
