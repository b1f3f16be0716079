import test from 'ava';
import { eventually } from '../../support/node.ts';
import { assertSound, makeScene, reaches } from '../../support/scene.ts';

test.serial(
  'a running node learns of another pod CIDR, and what does not fit is refused with what is in the way',
  async (t) => {
    const scene = await makeScene(t);
    const { node, makePod, add } = scene;
    const pod = await makePod();
    await add(pod);
    const configure = (...podCidr: ReadonlyArray<string>) =>
      node.evioctl('configure', '--pod-cidr', ...podCidr, '--node-bits', '8', '--host-cidr', '10.10.0.0/16');
    const refused = await configure('10.250.0.0/16');
    t.is(refused.code, 1);
    t.regex(refused.err, /node-1 holds 10\.244\.0\.0\/24/);
    const widened = await configure('10.244.0.0/16', '10.250.0.0/16');
    t.is(widened.code, 0, widened.err);
    await eventually('packets to it keep their own address', async () =>
      (await node.netns.exec('nft', 'list', 'ruleset')).includes('10.250.0.0/16') ? true : undefined,
    );
    t.deepEqual((await node.status()).lease?.subnets, ['10.244.0.0/24']);
    t.true(await reaches(pod, '10.244.0.1'));
    await assertSound(t, scene);
  },
);
