import test from 'ava';
import { listensToRouters, uplinksAmong } from '../../../domain/kernel/uplinks.ts';

test('neither the bridge nor a pod’s link is an uplink', (t) => {
  const names = ['all', 'default', 'lo', 'br-pods', 'evio0a1b2c3d4e5', 'eth0', 'wlan0'];
  t.deepEqual(uplinksAmong(names, 'br-pods'), ['eth0', 'wlan0']);
});

test('an uplink listens to routers where it accepts them and the host does not forward', (t) => {
  t.true(listensToRouters({ acceptRa: '1', forwarding: '0' }));
  t.false(listensToRouters({ acceptRa: '1', forwarding: '1' }));
  t.false(listensToRouters({ acceptRa: '0', forwarding: '0' }));
  t.false(listensToRouters({ acceptRa: undefined, forwarding: undefined }));
});
