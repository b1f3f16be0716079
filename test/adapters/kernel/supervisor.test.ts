import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { openSupervisor } from '../../../adapters/kernel/supervisor.ts';
import { listenForDatagrams } from '../../support/datagrams.ts';

const pid = 4711;

const listen = (t: ExecutionContext, name: string) => {
  const listener = listenForDatagrams(name);
  t.teardown(listener.close);
  return listener;
};

const silent = (t: ExecutionContext) => ({ warn: (message: string) => t.fail(message) });

test('a message goes to the socket in the file system that the environment names', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'evio-notify-'));
  t.teardown(() => rm(folder, { recursive: true }));
  const name = join(folder, 'notify');
  const heard = listen(t, name);
  const supervisor = openSupervisor({ NOTIFY_SOCKET: name }, pid, silent(t));
  supervisor?.tell({ READY: '1', STATUS: 'all\nwell' });
  t.deepEqual(await heard.until('READY'), [{ READY: '1', STATUS: 'all well' }]);
});

test('a name outside of the file system is found', async (t) => {
  const name = `@evio-notify-${process.pid}`;
  const heard = listen(t, name);
  openSupervisor({ NOTIFY_SOCKET: name }, pid, silent(t))?.tell({ STOPPING: '1' });
  t.deepEqual(await heard.until('STOPPING'), [{ STOPPING: '1' }]);
});

test('nobody listens: that is said once until somebody has heard, and nothing else happens', (t) => {
  const name = `@evio-nobody-${process.pid}`;
  const said: unknown[] = [];
  const warn = (_: string, fields: unknown): void => void said.push(fields);
  const supervisor = openSupervisor({ NOTIFY_SOCKET: name }, pid, { warn });
  supervisor?.tell({ READY: '1' });
  supervisor?.tell({ WATCHDOG: '1' });
  t.deepEqual(said, [{ socket: name, errno: 'ECONNREFUSED' }]);
  const heard = listenForDatagrams(name);
  supervisor?.tell({ WATCHDOG: '1' });
  heard.close();
  supervisor?.tell({ WATCHDOG: '1' });
  t.is(said.length, 2);
});

test('there is no supervisor without a socket that can be reached', (t) => {
  for (const name of [undefined, '', '@', '/', 'vsock:2:1234', 'relative'])
    t.is(openSupervisor({ NOTIFY_SOCKET: name }, pid, silent(t)), undefined);
});

test('the watchdog counts only where it means this process', (t) => {
  const watchdogMs = (environment: Readonly<Record<string, string>>) =>
    openSupervisor({ NOTIFY_SOCKET: '@x', ...environment }, pid, silent(t))?.watchdogMs;
  t.is(watchdogMs({}), undefined);
  t.is(watchdogMs({ WATCHDOG_USEC: '30000000' }), 30_000);
  t.is(watchdogMs({ WATCHDOG_USEC: '30000000', WATCHDOG_PID: '4711' }), 30_000);
  t.is(watchdogMs({ WATCHDOG_USEC: '30000000', WATCHDOG_PID: '1' }), undefined);
  t.is(watchdogMs({ WATCHDOG_USEC: '0' }), undefined);
});
