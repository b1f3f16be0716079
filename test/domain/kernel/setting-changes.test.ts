import test from 'ava';
import { settingChanges } from '../../../domain/kernel/setting-changes.ts';

const forward = { path: 'ipv4/ip_forward', value: '1', why: 'pods reach the world' };
const filter = { path: 'ipv4/conf/evio0/rp_filter', value: '2', why: 'answers come another way' };

test('what is otherwise is to be written, and says what it is now', (t) => {
  const actual = new Map([
    [forward.path, '1'],
    [filter.path, '0'],
    ['ipv4/conf/eth0/rp_filter', '1'],
  ]);
  t.deepEqual(settingChanges([forward, filter], actual), [{ ...filter, now: '0' }]);
  t.deepEqual(settingChanges([forward], actual), []);
});

test('a setting that the kernel does not have is otherwise, too', (t) => {
  t.deepEqual(settingChanges([forward], new Map([[forward.path, undefined]])), [
    { ...forward, now: undefined },
  ]);
});
