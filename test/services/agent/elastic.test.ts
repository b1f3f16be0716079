import test from 'ava';
import { eventually } from '../../support/node.ts';
import { assertSound, makeScene, reaches, refusalOf } from '../../support/scene.ts';

const oneEach = { podCidr: '10.244.0.0/24', nodeBits: 6, hostCidr: '10.10.0.0/16', maxSubnetsPerNode: 2 };

test.serial(
  'a full node gets another subnet, its pods reach all, and it gives the empty one back',
  async (t) => {
    const scene = await makeScene(t, oneEach);
    const { node, makePods, add, cni, del, log } = scene;
    await node.stopAgent();
    await node.startAgent('--sweep', '1', '--subnet-idle', '3');
    const [first, second, third] = await makePods(3);
    if (first === undefined || second === undefined || third === undefined)
      throw new Error('there are no pods');
    t.deepEqual(await add(first), ['10.244.0.2']);
    await eventually('another subnet is there', async () =>
      (await node.status()).lease?.subnets.length === 2 ? true : undefined,
    );
    t.deepEqual(await add(second), ['10.244.0.6']);
    t.true(await reaches(second, '10.244.0.5'), 'its gateway');
    t.true(await reaches(second, '10.244.0.2'), 'the pod in the other subnet');
    const refused = await cni('ADD', third);
    t.like(refusalOf(refused), {
      code: 11,
      msg: 'no address is free in 10.244.0.0/30, 10.244.0.4/30: all 2 are held',
    });
    await assertSound(t, scene);
    t.regex(await node.netns.exec('nft', 'list', 'ruleset'), /10\.244\.0\.4\/30/);

    await del(second);
    await eventually('the extra subnet is given back', async () =>
      (await node.status()).lease?.subnets.length === 1 ? true : undefined,
    );
    const types = (await log()).map(({ type }) => type);
    const order = ['SubnetRequested', 'SubnetRetired', 'LeaseSurrendered', 'SubnetReleased'];
    t.deepEqual(
      types.filter((type) => order.includes(type)),
      order,
    );
    await eventually('its gateway is gone', async () =>
      (await node.netns.exec('ip', 'address', 'show', 'dev', 'evio0')).includes('10.244.0.5')
        ? undefined
        : true,
    );
    t.true(await reaches(first, '10.244.0.1'));
    await assertSound(t, scene);
    const verified = await node.evioctl('verify', '--log', `${node.dir}/state/ledger.db`);
    t.is(verified.code, 0, verified.out + verified.err);
  },
);
