import { randomUUID } from 'node:crypto';
import test from 'ava';
import { protocol } from '../../../domain/cni/request.ts';
import {
  addressesIn,
  assertSound,
  callFor,
  makeScene,
  reaches,
  sharedScene,
  threeViews,
} from '../../support/scene.ts';

const scene = sharedScene(test);

const failed = (ended: ReadonlyArray<{ readonly code: number }>) => ended.filter(({ code }) => code !== 0);

test.serial(
  '50 ADDs at once on a machine whose bridge is gone all succeed; 50 DELs leave nothing',
  async (t) => {
    const { node, makePods } = scene();
    const pods = await makePods(50);
    await node.ovs.vsctl('--no-wait', 'del-br', 'evio0');

    const added = await Promise.all(pods.map((pod) => node.cni('ADD', callFor(pod))));
    t.deepEqual(failed(added), []);
    t.is(new Set(added.flatMap(addressesIn)).size, 50);
    await assertSound(t, scene());
    t.deepEqual(
      await Promise.all(pods.map((pod) => reaches(pod, '10.244.0.1'))),
      pods.map(() => true),
    );

    const deleted = await Promise.all(pods.map((pod) => node.cni('DEL', callFor(pod))));
    t.deepEqual(failed(deleted), []);
    t.deepEqual(await threeViews(scene()), { log: [], switch: [], kernel: [] });
    t.is((await node.status()).pools[0]?.held, 0);
  },
);

test.serial(
  'an ADD that meets a missing bridge makes it, and its pod reaches the gateway at once',
  async (t) => {
    const { node, makePods, ask } = scene();
    const pods = await makePods(5);
    await node.ovs.vsctl('--no-wait', 'del-br', 'evio0');
    // Straight at the socket: a plugin takes longer to start than the agent to notice.
    const adds = pods.map((pod) =>
      ask('POST', '/v1/add', {
        ...{ protocol, requestId: randomUUID(), attempt: 0, network: 'evio' },
        ...{ containerId: pod.name, ifname: 'eth0', netns: pod.path, requestedAddresses: [] },
      }),
    );
    await t.notThrowsAsync(Promise.all(adds));
    t.deepEqual(
      await Promise.all(pods.map((pod) => reaches(pod, '10.244.0.1'))),
      pods.map(() => true),
    );
    await assertSound(t, scene());
  },
);

test('one container asked for many times at once is added once, and the others are refused', async (t) => {
  const { node, makePod, pods } = await makeScene(t);
  const pod = await makePod();
  const added = await Promise.all(Array.from({ length: 8 }, () => node.cni('ADD', callFor(pod))));
  t.is(failed(added).length, 7);
  t.is((await pods()).length, 1);
  t.true(await reaches(pod, '10.244.0.1'));
});
