import test from 'ava';
import { eventually } from '../../support/node.ts';
import { eventuallyReaches, isReady, makeScene, type Scene } from '../../support/scene.ts';

/*
 * The sweep comes once a minute, and `eventually` waits for ten seconds: what is put back here was heard of.
 */

const dual = {
  podCidr: ['10.244.0.0/16', 'fd00:244::/48'],
  nodeBits: [8, 16],
  hostCidr: '10.10.0.0/16',
};

const onePod = async (t: Parameters<typeof makeScene>[0]) => {
  const scene = await makeScene(t, dual);
  const pod = await scene.makePod();
  await scene.add(pod);
  await eventuallyReaches(pod, '10.244.0.1');
  const [link = ''] = await scene.links();
  const works = async (): Promise<void> => {
    await eventuallyReaches(pod, '10.244.0.1');
    await eventuallyReaches(pod, 'fd00:244::1');
  };
  const ip = (...args: ReadonlyArray<string>) => scene.node.netns.exec('ip', ...args);
  const shows = (what: RegExp, ...args: ReadonlyArray<string>): Promise<true> =>
    eventually(`ip ${args.join(' ')} shows ${what}`, async () =>
      what.test(await ip(...args)) ? true : undefined,
    );
  return { scene, pod, link, works, ip, shows };
};

test.serial(
  'what somebody takes from the gateway or a pod’s link is put back when it is heard of',
  async (t) => {
    const { scene, link, works, ip, shows } = await onePod(t);
    await ip('link', 'set', 'evio0', 'down');
    await shows(/[<,]UP[,>]/, 'link', 'show', 'evio0');
    await works();

    await ip('address', 'del', '10.244.0.1/24', 'dev', 'evio0');
    await shows(/10\.244\.0\.1\/24/, 'address', 'show', 'evio0');
    await ip('address', 'del', 'fd00:244::1/64', 'dev', 'evio0');
    await shows(/fd00:244::1\/64/, 'address', 'show', 'evio0');
    await works();

    await ip('route', 'del', '10.244.0.0/24', 'dev', 'evio0');
    await shows(/10\.244\.0\.0\/24 dev evio0 proto kernel scope link src 10\.244\.0\.1/, 'route');
    await ip('-6', 'route', 'del', 'fd00:244::/64', 'dev', 'evio0');
    await shows(/fd00:244::\/64 dev evio0 proto kernel metric 256/, '-6', 'route');
    await works();

    await ip('link', 'set', link, 'down');
    await shows(/[<,]UP[,>]/, 'link', 'show', link);
    await works();
    t.true((await scene.node.agentLog()).includes('links of pods were brought up again'));
  },
);

const tables = async ({ node }: Scene): Promise<string> => node.netns.exec('/usr/sbin/nft', 'list', 'tables');

test.serial(
  'our rules are put back when somebody removes them, and others’ tables are not looked at',
  async (t) => {
    const { scene } = await onePod(t);
    const nft = (...args: ReadonlyArray<string>) => scene.node.netns.exec('/usr/sbin/nft', ...args);
    await nft('flush', 'ruleset');
    await eventually('the table is back', async () =>
      (await tables(scene)).includes('evio_ledger') ? true : undefined,
    );
    await nft('flush', 'chain', 'inet', 'evio_ledger', 'postrouting');
    await eventually('its rule is back', async () =>
      (await nft('list', 'table', 'inet', 'evio_ledger')).includes('masquerade') ? true : undefined,
    );
    await isReady(scene.node);
    t.pass();
  },
);

test.serial('a pod’s link that is gone is said in the log and in the status', async (t) => {
  const { scene, link } = await onePod(t);
  await scene.node.netns.exec('ip', 'link', 'delete', link);
  await eventually('it is noticed', async () =>
    (await scene.node.status()).linkless === 1 ? true : undefined,
  );
  // The switch's word of it may come before the kernel's.
  const said = new RegExp(`"${link}".*links of pods are gone`);
  await eventually('it is said', async () => said.test(await scene.node.agentLog()) || undefined);
  t.pass();
});

test.serial('an agent that is told to end ends, though it waits to hear of changes', async (t) => {
  const { scene } = await onePod(t);
  t.is(await scene.node.stopAgent(), 0);
});
