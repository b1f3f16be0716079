import test from 'ava';
import fc from 'fast-check';
import { either as E } from 'fp-ts';
import { chooseFromPool } from '../../../../domain/host/ipam/choose.ts';
import { type PoolRange, rangeOf } from '../../../../domain/host/ipam/range-sets.ts';
import { roundRobin } from '../../../../domain/host/ipam/round-robin.ts';
import { emptyNetworkPool } from '../../../../domain/host/ipam/state.ts';
import type { IpAddress } from '../../../../domain/ip/address.ts';
import { cidr, ip } from '../../../support/events.ts';

const range = (subnet: string, first: string, last: string, gateway: string): PoolRange => ({
  subnet: cidr(subnet),
  first: ip(first),
  last: ip(last),
  gateway: ip(gateway),
});

const set = [
  range('10.1.2.0/29', '10.1.2.1', '10.1.2.4', '10.1.2.1'),
  range('10.1.9.0/24', '10.1.9.250', '10.1.9.252', '10.1.9.251'),
];

const order = (last?: IpAddress) => [...roundRobin(set, last)].map(({ address }) => address as string);

test('all of a set, each once, behind the one that was reserved last, and never a gateway', (t) => {
  const all = ['10.1.2.2', '10.1.2.3', '10.1.2.4', '10.1.9.250', '10.1.9.252'];
  t.deepEqual(order(), all);
  t.deepEqual(order(ip('10.1.2.3')), [...all.slice(2), ...all.slice(0, 2)]);
  t.deepEqual(order(ip('10.1.2.4')), [...all.slice(3), ...all.slice(0, 3)]);
  t.deepEqual(order(ip('10.1.9.252')), all);
  t.deepEqual(order(ip('10.1.2.1')), all, 'a gateway is a place as well');
  t.deepEqual(order(ip('10.7.7.7')), all, 'what lies in no range is as if nothing had been reserved');
  t.deepEqual([...roundRobin([], undefined)], []);
});

test('the end of IPv6 leads to its beginning', (t) => {
  const six = [range('fd00::/64', 'fd00::ffff:ffff:ffff:fffe', 'fd00::ffff:ffff:ffff:ffff', 'fd00::1')];
  t.deepEqual(
    [...roundRobin(six, ip('fd00::ffff:ffff:ffff:fffe'))].map(({ address }) => address as string),
    ['fd00::ffff:ffff:ffff:ffff', 'fd00::ffff:ffff:ffff:fffe'],
  );
});

test('however it is given and taken back: nobody’s twice, of its set, never the gateway, and refused exactly when all are held', (t) => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: -3, max: 12 }), { maxLength: 80 }), (acts) => {
      const pool = emptyNetworkPool();
      for (const act of acts) {
        const victim = [...pool.held.keys()][act];
        if (act >= 0 && victim !== undefined) {
          pool.held.delete(victim);
          continue;
        }
        const chosen = chooseFromPool(pool, [set], []);
        t.is(E.isLeft(chosen), pool.held.size === 5);
        for (const { address } of E.isRight(chosen) ? chosen.right : []) {
          t.false(pool.held.has(address));
          t.not(rangeOf(set, address), undefined);
          t.not(rangeOf(set, address)?.gateway, address);
          pool.held.set(address, 'somebody');
          pool.last.set(0, address);
        }
      }
    }),
  );
});
