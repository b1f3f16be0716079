import test from 'ava';
import type { Netns } from '../../support/netns.ts';
import type { Ended } from '../../support/node.ts';
import {
  assertSound,
  callFor,
  holdUp,
  reaches,
  refusalOf,
  sharedScene,
  threeViews,
} from '../../support/scene.ts';

const scene = sharedScene(test);

const collect = (valid: ReadonlyArray<Netns> | undefined): Promise<Ended> =>
  scene().node.cni('GC', {
    cniVersion: '1.1.0',
    config:
      valid === undefined
        ? {}
        : { 'cni.dev/valid-attachments': valid.map(({ name }) => ({ containerID: name, ifname: 'eth0' })) },
  });

const names = async (): Promise<ReadonlyArray<string>> =>
  (await scene().pods()).map(({ containerId }) => containerId).sort();

test.serial('GC deletes what is not listed, with link, port and address, and keeps the rest', async (t) => {
  const { makePods, add, log } = scene();
  const [kept, lost, gone] = await makePods(3);
  if (kept === undefined || lost === undefined || gone === undefined) throw new Error('there are no pods');
  for (const pod of [kept, lost, gone]) await add(pod);
  await gone.remove();
  const from = (await log()).length;

  t.deepEqual(await collect([kept]), { code: 0, out: '', err: '' });
  t.deepEqual(await names(), [kept.name]);
  t.deepEqual(
    (await log()).slice(from).map(({ type, payload }) => [type, payload['containerId'], payload['reason']]),
    [lost, gone].map(({ name }) => ['PodDeleted', name, 'collected']),
  );
  await assertSound(t, scene());
  t.true(await reaches(kept, '10.244.0.1'));
  t.false((await lost.exec('ip', 'link')).includes('eth0'));
});

test.serial('GC that does not say what is valid is refused, and nothing is removed', async (t) => {
  const before = await names();
  t.is(before.length, 1);
  const refused = await collect(undefined);
  t.is(refused.code, 1);
  t.is(refusalOf(refused).code, 7);
  t.regex(refusalOf(refused).msg, /cni\.dev\/valid-attachments/);
  t.deepEqual(await names(), before);
});

test.serial('GC of one network leaves the attachments of another alone', async (t) => {
  const { makePod, add, del } = scene();
  const other = await makePod();
  await add(other, { config: { name: 'other' } });
  const kept = (await names()).filter((name) => name !== other.name).map((name) => ({ name }) as Netns);
  t.is((await collect(kept)).code, 0);
  t.true((await names()).includes(other.name));
  await del(other, { config: { name: 'other' } });
});

test.serial('GC leaves an ADD that is under way alone', async (t) => {
  const { node, makePod, ports, del } = scene();
  const pod = await makePod();
  const plugged = (await ports()).length + 1;
  const kept = (await names()).map((name) => ({ name }) as Netns);
  const goOn = holdUp(t, await node.ovs.switchdPid());
  const adding = node.cni('ADD', callFor(pod));
  while ((await ports()).length < plugged);
  t.is((await collect(kept)).code, 0);
  goOn();
  t.is((await adding).code, 0);
  t.true(await reaches(pod, '10.244.0.1'));
  await del(pod);
});

test.serial('GC with an empty list deletes all', async (t) => {
  t.is((await collect([])).code, 0);
  t.deepEqual(await threeViews(scene()), { log: [], switch: [], kernel: [] });
});
