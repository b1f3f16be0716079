import test from 'ava';
import { either as E } from 'fp-ts';
import { requestedAddresses } from '../../../domain/cni/requested-addresses.ts';
import { parseAddress } from '../../../domain/ip/address.ts';

test('addresses of both families, with and without prefix, come out canonical and in order', (t) => {
  t.deepEqual(
    requestedAddresses(parseAddress, ['FD00:0::0001/64', '10.244.0.9', '10.244.0.10/24']),
    E.right(['fd00::1', '10.244.0.9', '10.244.0.10']),
  );
});

test('one address asked for by two sources is one address', (t) => {
  t.deepEqual(
    requestedAddresses(parseAddress, ['fd00::1/64', 'FD00::1', '10.0.0.1/8', '10.0.0.1']),
    E.right(['fd00::1', '10.0.0.1']),
  );
});

for (const text of [
  '',
  'pod',
  '10.244.0',
  '10.244.0.256',
  '10.0.0.1/33',
  '10.0.0.1/',
  '10.0.0.1/8/8',
  'fd00::1/129',
  'fe80::1%eth0',
]) {
  test(`"${text}" is no address`, (t) => {
    t.like(requestedAddresses(parseAddress, ['10.0.0.1', text]), {
      left: { code: 7, msg: `invalid network configuration: "requested address": "${text}"` },
    });
  });
}
