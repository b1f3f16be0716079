import test from 'ava';
import { tagged, udp4 } from '../../support/frames.ts';
import { eventually } from '../../support/node.ts';
import { assertSound, isReady, join, makeScene, reaches, refusalOf, resultOf } from '../../support/scene.ts';
import { sendFrames, sniff } from '../../support/sniff.ts';
import { drifted, dual, isGone, vlanLinks } from './vlan-scene.ts';

const carrying = (more: object = {}) => ({
  config: { trunk: [{ id: 7 }, { minID: 100, maxID: 102 }], ...more },
});

test.serial(
  'with anti-spoofing a trunk is refused by ADD and STATUS, with the option that would let it',
  async (t) => {
    const scene = await makeScene(t);
    const { node, cni, makePod, log } = scene;
    const before = (await log()).length;
    for (const config of [{ trunk: [{ id: 7 }] }, { vlanTrunk: [{ id: 7 }], vlan: 5 }]) {
      const refused = refusalOf(await cni('ADD', await makePod(), { config }));
      t.is(refused.code, 2);
      t.regex(refused.msg, /^trunk "7": the agent runs with anti-spoofing/);
      t.regex(refused.details, /--anti-spoofing off/);
    }
    const status = await node.cni('STATUS', { config: { trunk: [{ id: 7 }] }, cniVersion: '1.1.0' });
    t.like(refusalOf(status), { code: 50 });
    t.is((await log()).length, before);
    t.deepEqual(await vlanLinks(scene), []);
    await assertSound(t, scene);
  },
);

test.serial(
  'without, a pod carries tagged frames beside its own, and the log and the switch say which',
  async (t) => {
    const scene = await makeScene(t, dual, '--anti-spoofing', 'off', '--sweep', '3600');
    const { node, cni, makePods, log, pods } = scene;
    const [one, other, beside] = await makePods(3);
    if (one === undefined || other === undefined || beside === undefined)
      throw new Error('there are no pods');
    const result = resultOf(await cni('ADD', one, carrying()));
    await scene.add(other, carrying({ vlan: 5 }));
    await scene.add(beside, { config: { vlan: 200 } });
    const trunk = [
      { first: 7, last: 7 },
      { first: 100, last: 102 },
    ];
    t.deepEqual(
      (await log()).find(({ payload }) => payload['containerId'] === one.name)?.payload['trunk'],
      trunk,
    );
    t.deepEqual(
      (await pods()).map((row) => [row.vlan, row.trunk]),
      [
        [undefined, trunk],
        [5, trunk],
        [200, undefined],
      ],
    );
    for (const pod of [one, other, beside])
      for (const address of ['10.244.0.1', ...(await pods()).flatMap(({ addresses }) => addresses)])
        await eventually(`${address} answers`, async () =>
          (await reaches(pod, address)) ? true : undefined,
        );

    const heard = await sniff(t, other, 'eth0');
    const elsewhere = await sniff(t, beside, 'eth0');
    const frame = (text: string) =>
      udp4(
        { from: '02:00:00:00:00:07', to: 'ff:ff:ff:ff:ff:ff' },
        { source: '192.0.2.7', target: '255.255.255.255', text },
      );
    await sendFrames(one, [tagged(frame('in eight;'), 8), tagged(frame('in seven;'), 7)]);
    await eventually('the other trunk hears it', async () => (heard.hasText('in seven;') ? true : undefined));
    t.false(heard.hasText('in eight;'));
    t.false(elsewhere.hasText('in seven;'));

    const check = async () =>
      cni('CHECK', one, carrying({ prevResult: result })).then((checked) =>
        checked.code === 0 ? '' : refusalOf(checked).msg,
      );
    t.is(await check(), '');
    const [row] = await pods();
    const link = row?.hostIfname ?? '';
    const columns = () => node.ovs.vsctl('get', 'port', link, 'vlan_mode', 'tag', 'trunks');
    const whole = 'trunk\n[]\n[0, 7, 100, 101, 102]\n';
    t.is(await columns(), whole);
    await node.ovs.vsctl('set', 'port', link, 'trunks=0,7,8');
    await eventually('it is put back', async () => ((await columns()) === whole ? true : undefined));
    t.is(await check(), '');

    await node.stopAgent();
    await node.startAgent('--anti-spoofing', 'off', '--state-dir', `${node.dir}/fresh`);
    await join(scene, dual);
    t.deepEqual(
      (await pods()).map((pod) => [pod.vlan, pod.trunk]).toSorted(),
      [
        [undefined, trunk],
        [5, trunk],
        [200, undefined],
      ].toSorted(),
    );
    await isReady(node);
    await eventually('nothing differs', async () => ((await drifted(scene)) === 0 ? true : undefined));
    for (const pod of [one, other, beside]) t.is((await cni('DEL', pod)).code, 0);
    await isGone(scene);
    await assertSound(t, scene);
  },
);
