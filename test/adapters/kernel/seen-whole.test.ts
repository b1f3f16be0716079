import test, { type ExecutionContext } from 'ava';
import { either as E } from 'fp-ts';
import { rememberWhole, type SeenWhole } from '../../../adapters/kernel/seen-whole.ts';
import { startThread } from '../../../adapters/kernel/thread.ts';
import type { PodWiring } from '../../../domain/port/kernel.ts';
import { makeNetns, type Netns } from '../../support/netns.ts';
import { eventually } from '../../support/node.ts';
import { run } from '../../support/run.ts';
import { attachPod, type Host, left, makeHost, makePod, right, wiringOf } from './host-and-pods.ts';

type Looking = Host & {
  readonly pods: SeenWhole;
  /** How often a pod was really looked at. */
  readonly looks: () => number;
  /** What happens before the next look's answer is known, once. */
  readonly meanwhile: (act: () => Promise<unknown>) => void;
};

/** A kernel thread of the host, and what is remembered of its pods. */
const lookAt = async (t: ExecutionContext): Promise<Looking> => {
  const host = await makeHost(t);
  const thread = await startThread(host.netns.path);
  t.teardown(thread.end);
  let looks = 0;
  let meanwhile: () => Promise<unknown> = async () => undefined;
  const pods = rememberWhole(
    () => thread.ask('openHearingOfAll', undefined),
    async (wiring) => {
      looks += 1;
      const found = await thread.ask('inspectPod', wiring);
      const act = meanwhile;
      meanwhile = async () => undefined;
      await act();
      return found;
    },
  );
  t.teardown(pods.close);
  return {
    ...host,
    pods,
    looks: () => looks,
    meanwhile: (act) => {
      meanwhile = act;
    },
  };
};

const attached = async (t: ExecutionContext, { kernel }: Host, n: number): Promise<[Netns, PodWiring]> => {
  const pod = await makePod(t);
  const wiring = wiringOf(pod, n);
  await right(attachPod(kernel, wiring));
  return [pod, wiring];
};

/** A new link's carrier and its IPv6 addresses come a moment later: until nothing of that makes the pods be looked at again. */
const settle = ({ pods, looks }: Looking, ...wirings: ReadonlyArray<PodWiring>): Promise<true> =>
  eventually('the pods have settled', async () => {
    const before = looks();
    for (const wiring of wirings) await right(() => pods.inspect(wiring));
    return looks() === before ? true : undefined;
  });

test('a pod that nothing touched is looked at once, whatever happens to others', async (t) => {
  const host = await lookAt(t);
  const { pods, looks, netns } = host;
  const [, wiring] = await attached(t, host, 2);
  const [other, ofOther] = await attached(t, host, 3);
  await settle(host, wiring, ofOther);
  const before = looks();
  for (const one of [wiring, ofOther, wiring, ofOther]) t.deepEqual(await right(() => pods.inspect(one)), []);
  t.is(looks(), before);

  await other.exec('ip', 'address', 'delete', '10.244.0.3/32', 'dev', 'eth0');
  await netns.exec('ip', 'link', 'add', 'another', 'type', 'bridge');
  await netns.exec('ip', 'address', 'add', '192.0.2.1/24', 'dev', 'another');
  t.deepEqual(await right(() => pods.inspect(wiring)), []);
  t.is(looks(), before);
  t.is((await right(() => pods.inspect(ofOther))).length, 3);
  t.is(looks(), before + 1);
});

test('what differs is looked at each time, and is whole again once it was put back', async (t) => {
  const host = await lookAt(t);
  const { pods, looks } = host;
  const [pod, wiring] = await attached(t, host, 2);
  await settle(host, wiring);
  const before = looks();
  await pod.exec('ip', 'link', 'set', 'eth0', 'mtu', '1300');
  for (const n of [1, 2]) {
    t.deepEqual(await right(() => pods.inspect(wiring)), ['eth0 has MTU 1300 instead of 1350']);
    t.is(looks(), before + n);
  }
  await pod.exec('ip', 'link', 'set', 'eth0', 'mtu', '1350');
  for (const _ of [3, 4]) t.deepEqual(await right(() => pods.inspect(wiring)), []);
  t.is(looks(), before + 3);
});

test('of a change of the host end alone is heard as well', async (t) => {
  const host = await lookAt(t);
  const { pods, netns } = host;
  const [, wiring] = await attached(t, host, 2);
  await settle(host, wiring);
  const { hostIfname } = wiring;
  await netns.exec('ip', 'link', 'set', hostIfname, 'mtu', '1400');
  t.deepEqual(await right(() => pods.inspect(wiring)), [
    `host link ${hostIfname} has MTU 1400 instead of 1350`,
  ]);
});

test('what happens while a pod is looked at is not forgotten', async (t) => {
  const host = await lookAt(t);
  const { pods, meanwhile } = host;
  const [pod, wiring] = await attached(t, host, 2);
  await settle(host, wiring);
  await pod.exec('ip', 'address', 'add', '192.0.2.7/32', 'dev', 'eth0');
  meanwhile(() => pod.exec('ip', 'address', 'delete', 'fd00:10:244::2/128', 'dev', 'eth0'));
  t.deepEqual(await right(() => pods.inspect(wiring)), []);
  t.deepEqual(await right(() => pods.inspect(wiring)), ['eth0 has lost fd00:10:244::2']);
});

test('what happens during another look, which hears of it first, is not forgotten', async (t) => {
  const host = await lookAt(t);
  const { pods, meanwhile } = host;
  const [pod, wiring] = await attached(t, host, 2);
  const [, ofOther] = await attached(t, host, 3);
  await settle(host, wiring, ofOther);
  await pod.exec('ip', 'address', 'add', '192.0.2.7/32', 'dev', 'eth0');
  meanwhile(async () => {
    await pod.exec('ip', 'address', 'delete', 'fd00:10:244::2/128', 'dev', 'eth0');
    await pods.inspect(ofOther);
  });
  t.deepEqual(await right(() => pods.inspect(wiring)), []);
  t.deepEqual(await right(() => pods.inspect(wiring)), ['eth0 has lost fd00:10:244::2']);
});

test('when more happened than could be kept, every pod is looked at again', async (t) => {
  const host = await lookAt(t);
  const { pods, looks, netns } = host;
  const [pod, wiring] = await attached(t, host, 2);
  await settle(host, wiring);
  const before = looks();
  // Some 2 KB each in a buffer of 128 KiB; the pod's own change comes when there is no room for it.
  await netns.exec('ip', 'link', 'add', 'busy', 'type', 'bridge');
  await netns.exec(
    'sh',
    '-c',
    'for n in $(seq 600); do echo "link set busy mtu $((1280 + n))"; done | ip -batch -',
  );
  await pod.exec('ip', 'link', 'set', 'eth0', 'mtu', '1300');
  t.deepEqual(await right(() => pods.inspect(wiring)), ['eth0 has MTU 1300 instead of 1350']);
  t.is(looks(), before + 1);
});

test('another wiring, and another namespace under the path, are looked at', async (t) => {
  const host = await lookAt(t);
  const { pods, kernel } = host;
  const pod = await makeNetns('pod');
  const wiring = wiringOf(pod);
  await right(attachPod(kernel, wiring));
  await settle(host, wiring);
  t.is((await right(() => pods.inspect({ ...wiring, mtu: 1400 }))).length, 2);

  await settle(host, wiring);
  const other = await makePod(t);
  await run('mount', '--bind', other.path, pod.path);
  const there = await pods.inspect(wiring);
  await run('umount', pod.path);
  t.deepEqual(there, E.left({ type: 'netns-replaced', path: pod.path }));

  await settle(host, wiring);
  await pod.remove();
  t.deepEqual(await left(() => pods.inspect(wiring)), { type: 'netns-missing', path: pod.path });
});

test('where changes cannot be heard of, a pod is looked at each time', async (t) => {
  const host = await makeHost(t);
  const thread = await startThread(host.netns.path);
  t.teardown(thread.end);
  let looks = 0;
  const pods = rememberWhole(
    async () => ({
      _tag: 'Left',
      left: { type: 'kernel-refused', operation: 'hear of changes', errno: 'EPERM' },
    }),
    (wiring) => {
      looks += 1;
      return thread.ask('inspectPod', wiring);
    },
  );
  const [, wiring] = await attached(t, host, 2);
  await right(() => pods.inspect(wiring));
  await right(() => pods.inspect(wiring));
  t.is(looks, 2);
});
