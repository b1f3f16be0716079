import test from 'ava';
import { callFor, eventuallyReaches, reaches, resultOf, sharedScene } from '../../support/scene.ts';

const scene = sharedScene(test, {
  podCidr: ['10.244.0.0/16', 'fd00:244::/56'],
  nodeBits: [8, 8],
  hostCidr: '10.10.0.0/16',
});

const mac = (address: string): string => {
  const octets = address.split('.').map((octet) => Number(octet).toString(16).padStart(2, '0'));
  return `58:${octets.join(':')}`;
};

test.serial(
  'a pod has one address of each family, reaches both gateways and another pod by both',
  async (t) => {
    const { node, makePods, add } = scene();
    const [one, other] = await makePods(2);
    if (one === undefined || other === undefined) throw new Error('there are no pods');
    t.deepEqual(await add(one), ['10.244.0.2', 'fd00:244::2']);
    const [v4 = '', v6 = ''] = await add(other);
    const shown = await one.exec('ip', '-o', 'address', 'show', 'dev', 'eth0', 'scope', 'global');
    t.regex(shown, /10\.244\.0\.2\/32/);
    t.regex(shown, /fd00:244::2\/128/);
    t.notRegex(shown, /tentative/);
    for (const address of ['10.244.0.1', 'fd00:244::1', v4, v6]) t.true(await reaches(one, address), address);
    t.true(await reaches(node.netns, v6));
  },
);

test.serial('an IPv6 address may be asked for alone, and the IPv4 address is then chosen', async (t) => {
  const { makePod, add } = scene();
  const pod = await makePod();
  const [v4, v6] = await add(pod, { config: { runtimeConfig: { ips: ['FD00:244:0::00aa/64'] } } });
  t.is(v6, 'fd00:244::aa');
  t.regex(v4 ?? '', /^10\.244\.0\.\d+$/);
  await eventuallyReaches(pod, 'fd00:244::1');
});

for (const cniVersion of ['0.3.1', '0.4.0', '1.0.0', '1.1.0'] as const) {
  test.serial(`the result of an ADD has the shape of cniVersion ${cniVersion}`, async (t) => {
    const { node, makePod, del } = scene();
    const pod = await makePod();
    const added = await node.cni('ADD', callFor(pod, { cniVersion }));
    t.is(added.code, 0, added.out);
    const result = resultOf(added);
    const [v4 = '', v6 = ''] = result.ips.map(({ address }) => address);
    const [, host] = result.interfaces;
    t.regex(String(host?.['name']), /^evio[0-9a-f]{11}$/);
    const ends = mac(v4.replace('/32', ''));
    const withMtu = cniVersion === '1.1.0' ? { mtu: 1410 } : {};
    const version = (number: '4' | '6') => (cniVersion.startsWith('0') ? { version: number } : {});
    t.deepEqual(result, {
      cniVersion,
      interfaces: [
        { name: 'evio0' },
        { name: host?.['name'], mac: `0e:${ends}`, ...withMtu },
        { name: 'eth0', mac: `0a:${ends}`, ...withMtu, sandbox: pod.path },
      ],
      ips: [
        { ...version('4'), address: v4, gateway: '10.244.0.1', interface: 2 },
        { ...version('6'), address: v6, gateway: 'fd00:244::1', interface: 2 },
      ],
      routes: [
        { dst: '0.0.0.0/0', gw: '10.244.0.1' },
        { dst: '::/0', gw: 'fd00:244::1' },
      ],
    });
    t.regex(v4, /^10\.244\.0\.\d+\/32$/);
    t.regex(v6, /^fd00:244::[0-9a-f]+\/128$/);
    await del(pod, { cniVersion });
  });
}
