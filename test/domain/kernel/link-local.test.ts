import test from 'ava';
import { linkLocalOf } from '../../../domain/kernel/link-local.ts';

test('the link-local address follows from the MAC, as the kernel makes it', (t) => {
  // RFC 4291, appendix A: 34-56-78-9A-BC-DE gives 3656:78ff:fe9a:bcde.
  t.is(linkLocalOf('34:56:78:9a:bc:de'), 'fe80::3656:78ff:fe9a:bcde' as never);
  t.is(linkLocalOf('0a:58:0a:f4:00:02'), 'fe80::858:aff:fef4:2' as never);
});
