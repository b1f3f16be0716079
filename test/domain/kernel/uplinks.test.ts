import test from 'ava';
import { listensToRouters, toldToListen, uplinksAmong } from '../../../domain/kernel/uplinks.ts';

test('neither the bridge nor a pod’s link is an uplink', (t) => {
  const names = ['all', 'default', 'lo', 'br-pods', 'evio0a1b2c3d4e5', 'eth0', 'wlan0'];
  t.deepEqual(uplinksAmong(names, 'br-pods'), ['eth0', 'wlan0']);
});

const before = { acceptRa: '1' };
const ours = { acceptRa: '2' };

test('an uplink lives by routers where it accepts them and the host does not forward', (t) => {
  for (const later of [before, ours, { acceptRa: undefined }]) {
    t.true(listensToRouters({ acceptRa: '1', forwarding: '0' }, later));
    t.false(listensToRouters({ acceptRa: '0', forwarding: '0' }, later));
    t.false(listensToRouters({ acceptRa: '2', forwarding: '1' }, later));
    t.false(listensToRouters({ acceptRa: undefined, forwarding: undefined }, later));
  }
});

test('on a host that forwards, one that would ignore them is ours to mend only where we switched forwarding on', (t) => {
  t.true(listensToRouters({ acceptRa: '1', forwarding: '1' }, ours));
  t.false(listensToRouters({ acceptRa: '1', forwarding: '1' }, before));
  t.false(listensToRouters({ acceptRa: '0', forwarding: '1' }, ours));
});

test('those that come later are told with the first, but not where one forwards already and ignores routers', (t) => {
  const first = { acceptRa: '1', forwarding: '0' };
  const eth0 = { name: 'eth0', ...first };
  const lan = { name: 'eth1', acceptRa: '1', forwarding: '1' };
  const deaf = { name: 'eth2', acceptRa: '0', forwarding: '1' };
  t.deepEqual(toldToListen(first, [eth0, deaf]), ['default', 'eth0']);
  t.deepEqual(toldToListen(first, [eth0, lan]), ['eth0']);
  t.deepEqual(toldToListen({ acceptRa: '2', forwarding: '1' }, [eth0, lan, deaf]), ['eth0', 'eth1']);
  t.deepEqual(toldToListen({ acceptRa: '0', forwarding: '0' }, [eth0]), ['eth0']);
});
