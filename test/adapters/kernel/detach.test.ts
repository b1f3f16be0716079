import { setTimeout as sleep } from 'node:timers/promises';
import test from 'ava';
import { either as E } from 'fp-ts';
import { makeNetns } from '../../support/netns.ts';
import { run } from '../../support/run.ts';
import { attachPod, left, linkNames, makeHost, makePod, right, wiringOf } from './host-and-pods.ts';

test('detaching takes both ends, and again is a success', async (t) => {
  const { kernel, netns } = await makeHost(t);
  const pod = await makePod(t);
  const wiring = wiringOf(pod);
  await right(attachPod(kernel, wiring));
  await right(kernel.detachPod(wiring.hostIfname));
  t.deepEqual(await linkNames(netns), ['lo']);
  t.deepEqual(await linkNames(pod), ['lo']);
  await right(kernel.detachPod(wiring.hostIfname));
});

test('a link without our mark is foreign and stays', async (t) => {
  const { kernel, netns } = await makeHost(t);
  await netns.exec('ip', 'link', 'add', 'theirs0', 'type', 'bridge');
  await netns.exec('ip', 'link', 'add', 'theirs1', 'type', 'bridge');
  await netns.exec('ip', 'link', 'set', 'theirs1', 'alias', 'evio-ledgers and others');
  for (const name of ['theirs0', 'theirs1'])
    t.deepEqual(await left(kernel.detachPod(name)), { type: 'foreign-link', name });
  t.deepEqual((await linkNames(netns)).toSorted(), ['lo', 'theirs0', 'theirs1']);
});

test('deletions asked for together take ours, spare foreign links and answer each', async (t) => {
  const { kernel, netns } = await makeHost(t);
  await netns.exec('ip', 'link', 'add', 'theirs0', 'type', 'bridge');
  const pods = await Promise.all([makePod(t), makePod(t), makePod(t)]);
  const wirings = pods.map((pod, n) => wiringOf(pod, n + 2));
  for (const wiring of wirings) await right(attachPod(kernel, wiring));
  const names = wirings.map(({ hostIfname }) => hostIfname);
  const answers = await Promise.all(
    [...names, 'theirs0', 'absent0', ...names].map((name) => kernel.detachPod(name)()),
  );
  t.deepEqual(
    answers.map((answer) => (E.isLeft(answer) ? answer.left.type : 'gone')),
    ['gone', 'gone', 'gone', 'foreign-link', 'gone', 'gone', 'gone', 'gone'],
  );
  t.deepEqual((await linkNames(netns)).toSorted(), ['lo', 'theirs0']);
});

test("a pod's namespace that ended has taken the link along: detaching is a success", async (t) => {
  const { kernel, netns } = await makeHost(t);
  const pod = await makeNetns('pod');
  const wiring = wiringOf(pod);
  await right(attachPod(kernel, wiring));
  await run('ip', 'netns', 'delete', pod.name);
  for (let n = 0; n < 100 && (await linkNames(netns)).length > 1; n++) await sleep(20);
  await right(kernel.detachPod(wiring.hostIfname));
  t.deepEqual(await linkNames(netns), ['lo']);
});

test('our links are listed by their alias, others are not', async (t) => {
  const { kernel, netns } = await makeHost(t);
  await netns.exec('ip', 'link', 'add', 'theirs0', 'type', 'bridge');
  await netns.exec('ip', 'link', 'set', 'theirs0', 'alias', 'somebody else');
  const pods = await Promise.all([makePod(t), makePod(t)]);
  const wirings = pods.map((pod, n) => wiringOf(pod, n + 2));
  for (const wiring of wirings) await right(attachPod(kernel, wiring));
  await netns.exec('ip', 'link', 'set', wirings[1]?.hostIfname ?? '', 'down');
  const seen = await right(kernel.ownLinks());
  t.deepEqual(
    seen.toSorted((a, b) => a.alias.localeCompare(b.alias)),
    wirings.map(({ hostIfname, alias }, n) => ({ name: hostIfname, alias, up: n === 0, mtu: 1350 })),
  );
});
