import test from 'ava';
import { bridgeOf, gatewayInterface, masqueradeOf, settingsOf } from '../../../domain/kernel/node-network.ts';
import { cidr, leaseObserved } from '../../support/events.ts';

const { type: _, clusterRevision: __, ...lease } = leaseObserved;
const dual = {
  ...lease,
  subnets: [cidr('10.244.3.0/24'), cidr('fd00:244:0:3::/64')],
  podCidrs: [cidr('10.244.0.0/16'), cidr('fd00:244::/48')],
};
const onlyV6 = { ...lease, subnets: [cidr('fd00:244:0:3::/64')], podCidrs: [cidr('fd00:244::/48')] };
const options = { name: 'evio0', datapathType: 'netdev' as const, mtu: 1410 };

test('a bridge that is made again has the MAC that pods remember of their gateway', (t) => {
  t.deepEqual(bridgeOf(dual, options), { ...options, hwaddr: '0a:58:0a:f4:03:01' });
  t.is(bridgeOf(dual, options).hwaddr, bridgeOf({ ...dual }, { ...options, mtu: 1280 }).hwaddr);
});

test('the bridge holds the gateway address of every subnet, with the subnet’s length', (t) => {
  t.deepEqual(gatewayInterface(dual, options), {
    name: 'evio0',
    addresses: ['10.244.3.1/24', 'fd00:244:0:3::1/64'],
    mtu: 1410,
  });
});

test('only what leaves pods, nodes and exclusions is masqueraded', (t) => {
  t.deepEqual(masqueradeOf(dual, [cidr('192.0.2.0/24')]), {
    sources: dual.subnets,
    except: ['10.244.0.0/16', 'fd00:244::/48', '10.10.0.0/16', '224.0.0.0/4', 'ff00::/8', '192.0.2.0/24'].map(
      cidr,
    ),
  });
});

const settings = (of: typeof dual, uplinks: ReadonlyArray<string>) =>
  settingsOf(of, 'evio0', uplinks).map(({ path, value }) => `${path}=${value}`);

test('each family has its own settings, and a family that the node has not has none', (t) => {
  const v4 = [
    'ipv4/ip_forward=1',
    'ipv4/conf/all/send_redirects=0',
    'ipv4/conf/evio0/send_redirects=0',
    'ipv4/conf/evio0/rp_filter=2',
  ];
  const v6 = ['ipv6/conf/all/forwarding=1', 'ipv6/conf/evio0/accept_ra=0'];
  t.deepEqual(settings(lease as typeof dual, ['eth0']), v4);
  t.deepEqual(settings(onlyV6 as typeof dual, []), v6);
  t.deepEqual(settings(dual, []), [...v4, ...v6]);
});

test('an uplink that lives by router advertisements goes on listening before forwarding is switched on', (t) => {
  const all = settings(onlyV6 as typeof dual, ['eth0', 'wlan0']);
  const uplinks = ['ipv6/conf/eth0/accept_ra=2', 'ipv6/conf/wlan0/accept_ra=2'];
  t.deepEqual(all.slice(0, 2), uplinks);
  t.true(all.indexOf('ipv6/conf/all/forwarding=1') > 1);
});

test('every setting says why', (t) => {
  for (const { path, why } of settingsOf(dual, 'evio0', ['eth0'])) t.true(why.length > 20, path);
});
