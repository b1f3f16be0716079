import test from 'ava';
import { either as E } from 'fp-ts';
import {
  attachPod,
  linkNames,
  makeHost,
  makePod,
  openDescriptors,
  right,
  wiringOf,
} from './host-and-pods.ts';

const MANY = 50;

test.serial('fifty attachments and then fifty detachments at once leave nothing', async (t) => {
  const { kernel, netns } = await makeHost(t);
  const pods = await Promise.all(Array.from({ length: MANY }, () => makePod(t)));
  const wirings = pods.map((pod, n) => wiringOf(pod, n + 2));
  const attached = await Promise.all(wirings.map((wiring) => attachPod(kernel, wiring)()));
  t.deepEqual(attached.filter(E.isLeft), []);
  t.is((await right(kernel.ownLinks())).length, MANY);
  const inspected = await Promise.all(wirings.map((wiring) => right(kernel.inspectPod(wiring))));
  t.deepEqual(inspected.flat(), []);

  const detached = await Promise.all(wirings.map(({ hostIfname }) => kernel.detachPod(hostIfname)()));
  t.deepEqual(detached.filter(E.isLeft), []);
  t.deepEqual(await linkNames(netns), ['lo']);
  for (const pod of pods) t.deepEqual(await linkNames(pod), ['lo']);
});

test.serial('attachments and detachments in one another’s way all succeed', async (t) => {
  const { kernel, netns } = await makeHost(t);
  const pods = await Promise.all(Array.from({ length: 8 }, () => makePod(t)));
  const lives = await Promise.all(
    pods.map(async (pod, n) => {
      const failures = [];
      for (let life = 0; life < 5; life++) {
        const wiring = wiringOf(pod, n + 2);
        failures.push(await attachPod(kernel, wiring)(), await kernel.detachPod(wiring.hostIfname)());
      }
      return failures.filter(E.isLeft);
    }),
  );
  t.deepEqual(lives.flat(), []);
  t.deepEqual(await linkNames(netns), ['lo']);
});

test.serial('no descriptor stays open, whether a request succeeds or is refused', async (t) => {
  const { kernel } = await makeHost(t);
  const pod = await makePod(t);
  const wiring = wiringOf(pod);
  const life = async () => {
    await right(attachPod(kernel, wiring));
    await right(kernel.announcePod(wiring));
    await right(kernel.inspectPod(wiring));
    await attachPod(kernel, { ...wiring, hostIfname: 'evio-second' })();
    await kernel.netns('/proc/self/ns/mnt')();
    await kernel.netns('/etc/passwd')();
    await right(kernel.detachPod(wiring.hostIfname));
    await kernel.announcePod(wiring)();
  };
  await life();
  const before = openDescriptors();
  for (let n = 0; n < 100; n++) await life();
  t.is(openDescriptors(), before);
});

test.serial('closing the port gives its descriptors back', async (t) => {
  const first = await makeHost(t);
  await first.kernel.close();
  const before = openDescriptors();
  for (let n = 0; n < 5; n++) await (await makeHost(t)).kernel.close();
  t.is(openDescriptors(), before);
});
