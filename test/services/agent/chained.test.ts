import test from 'ava';
import { debianPlugins } from '../../support/ipam.ts';
import type { Netns } from '../../support/netns.ts';
import { runToEnd } from '../../support/node.ts';
import { assertSound, type CniResult, reaches, resultOf, sharedScene } from '../../support/scene.ts';

/*
 * As libcni calls a list of plugins: each ADD gets the result of the one before, and the last one's is the pod's. Before ours stands
 * Debian's loopback, behind it Debian's tuning.
 */

const scene = sharedScene(test);

const debian = async (plugin: string, pod: Netns, ifname: string, prevResult?: CniResult) => {
  const env = { CNI_COMMAND: 'ADD', CNI_CONTAINERID: pod.name, CNI_NETNS: pod.path, CNI_IFNAME: ifname };
  const config = { cniVersion: '1.0.0', name: 'evio', type: plugin, prevResult };
  const ended = await runToEnd([`${debianPlugins}/${plugin}`], {
    env: { ...env, CNI_PATH: debianPlugins },
    input: JSON.stringify(config),
  });
  if (ended.code !== 0) throw new Error(`${plugin}: ${ended.out}${ended.err}`);
  return resultOf(ended);
};

test.serial(
  'ADD passes the result before it on with its own behind, and CHECK takes the last one',
  async (t) => {
    const { makePod, cni, del, pods } = scene();
    const pod = await makePod();
    const before = await debian('loopback', pod, 'lo');
    const added = await cni('ADD', pod, { config: { prevResult: before } });
    t.is(added.code, 0, added.out);
    const ours = resultOf(added);

    t.deepEqual(ours.interfaces.slice(0, before.interfaces.length), before.interfaces);
    t.deepEqual(ours.ips.slice(0, before.ips.length), before.ips);
    const [own] = ours.ips.slice(before.ips.length);
    t.regex(own?.address ?? '', /^10\.244\.0\.\d+\/32$/);
    t.like(ours.interfaces[Number(own?.['interface'])], { name: 'eth0', sandbox: pod.path });

    const last = await debian('tuning', pod, 'eth0', ours);
    t.deepEqual(last.ips, ours.ips);
    const checked = await cni('CHECK', pod, { config: { prevResult: last } });
    t.deepEqual(checked, { code: 0, out: '', err: '' });
    t.true(await reaches(pod, '10.244.0.1'));
    await assertSound(t, scene());

    // Each DEL gets it too.
    await del(pod, { config: { prevResult: last } });
    t.deepEqual(await pods(), []);
  },
);

test.serial('an ADD behind a result that is none is refused before anything is asked', async (t) => {
  const { makePod, cni, pods } = scene();
  const refused = await cni('ADD', await makePod(), { config: { prevResult: { ips: [{ address: 7 }] } } });
  t.regex(refused.out, /"code":7,.*prevResult/);
  t.deepEqual(await pods(), []);
});
