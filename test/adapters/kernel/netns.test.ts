import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { openKernel } from '../../../adapters/kernel/open.ts';
import { run } from '../../support/run.ts';
import { idOf, left, makeHost, makePod, right } from './host-and-pods.ts';

test('a network namespace is known by its device and inode', async (t) => {
  const { kernel } = await makeHost(t);
  const pod = await makePod(t);
  t.deepEqual(await right(kernel.netns(pod.path)), idOf(pod.path));
});

test('a path that leads nowhere is missing', async (t) => {
  const { kernel } = await makeHost(t);
  for (const path of ['/run/netns/there-is-none', '/etc/passwd/below-a-file', '', '/proc/0/ns/net'])
    t.deepEqual(await left(kernel.netns(path)), { type: 'netns-missing', path });
});

test('what is no network namespace is refused, whatever it is', async (t) => {
  const { kernel } = await makeHost(t);
  const folder = mkdtempSync(join(tmpdir(), 'evio-netns-'));
  t.teardown(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'file');
  writeFileSync(file, '');
  const fifo = join(folder, 'fifo');
  await run('mkfifo', fifo);
  for (const path of [file, fifo, folder, '/dev/null', '/proc/self/ns/mnt', '/proc/self/ns/uts'])
    t.deepEqual(await left(kernel.netns(path)), { type: 'netns-not-a-namespace', path });
});

test("the host's own namespace is refused", async (t) => {
  const { kernel, netns } = await makeHost(t);
  t.deepEqual(await left(kernel.netns(netns.path)), { type: 'netns-is-host', path: netns.path });
});

test("without a path the process's own namespace counts as the host", async (t) => {
  const kernel = await openKernel({});
  t.teardown(kernel.close);
  const path = '/proc/self/ns/net';
  t.deepEqual(await left(kernel.netns(path)), { type: 'netns-is-host', path });
});

test('a host namespace that is not there keeps the port from opening, in words', async (t) => {
  await t.throwsAsync(openKernel({ netnsPath: '/run/netns/there-is-none' }), {
    message: /cannot start.*netns-missing.*there-is-none/,
  });
});

test('whether a namespace has room for a name is seen without entering it for good', async (t) => {
  const { kernel } = await makeHost(t);
  const pod = await makePod(t);
  const before = statSync('/proc/thread-self/ns/net').ino;
  t.deepEqual(await right(kernel.netns(pod.path, 'eth0')), idOf(pod.path));
  await run('ip', '-netns', pod.name, 'link', 'add', 'eth0', 'type', 'veth');
  const taken = { type: 'ifname-taken', ifname: 'eth0', path: pod.path };
  t.deepEqual(await left(kernel.netns(pod.path, 'eth0')), taken);
  for (const ifname of ['eth', 'eth00'])
    t.deepEqual(await right(kernel.netns(pod.path, ifname)), idOf(pod.path));
  t.is(statSync('/proc/thread-self/ns/net').ino, before);
});

test('after it was closed every request is refused', async (t) => {
  const kernel = await openKernel({});
  await kernel.close();
  await kernel.close();
  t.like(await left(kernel.detachPod('evio-none')), {
    type: 'kernel-refused',
    operation: 'detach evio-none',
  });
  t.like(await left(kernel.netns('/proc/1/ns/net', 'eth0')), { type: 'kernel-refused', errno: 'closed' });
});
