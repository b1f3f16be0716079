import test from 'ava';
import type { CniCall } from '../../support/node.ts';
import { assertSound, reaches, refusalOf, resultOf, sharedScene } from '../../support/scene.ts';

const scene = sharedScene(test);

const ways: Readonly<Record<string, (address: string) => CniCall>> = {
  'the capability ips': (address) => ({ config: { runtimeConfig: { ips: [`${address}/24`] } } }),
  'args.cni.ips': (address) => ({ config: { args: { cni: { ips: [address] } } } }),
  'CNI_ARGS IP': (address) => ({ args: `IgnoreUnknown=1;IP=${address}` }),
};

for (const [index, [way, asking]] of Object.entries(ways).entries()) {
  test.serial(`an address asked for by ${way} is given, reachable, and recorded as requested`, async (t) => {
    const { makePod, add, log } = scene();
    const pod = await makePod();
    const address = `10.244.0.${100 + index}`;
    t.deepEqual(await add(pod, asking(address)), [address]);
    t.true(await reaches(pod, '10.244.0.1'));
    const event = (await log()).findLast(({ type }) => type === 'PodAdded');
    t.deepEqual(event?.payload['addresses'], [{ address, choice: { by: 'requested' } }]);
  });

  test.serial(
    `what cannot be had is refused with the reason when asked for by ${way}, and nothing is changed`,
    async (t) => {
      const { makePod, add, cni, log } = scene();
      const holder = await makePod();
      const [held = ''] = await add(holder);
      const pod = await makePod();
      const before = (await log()).length;
      for (const [address, code, words] of [
        [held, 11, `requested address "${held}" is held by evio/${holder.name}/eth0`],
        ['10.244.0.1', 7, 'requested address "10.244.0.1" is the gateway address of its subnet'],
        ['10.244.0.0', 7, 'requested address "10.244.0.0" is the network address of its subnet'],
        ['10.244.0.255', 7, 'requested address "10.244.0.255" is the broadcast address of its subnet'],
        ['10.244.1.7', 7, 'requested address "10.244.1.7" is outside of this node\'s 10.244.0.0/24'],
        ['fd00::7', 7, 'requested address "fd00::7" is outside of this node\'s 10.244.0.0/24'],
      ] as const) {
        const refused = await cni('ADD', pod, asking(address));
        t.is(refused.code, 1);
        t.like(refusalOf(refused), { code, msg: words });
      }
      t.is((await log()).length, before);
      await assertSound(t, scene());
    },
  );
}

test.serial('two addresses of one family are refused', async (t) => {
  const { makePod, cni } = scene();
  const asked = { config: { runtimeConfig: { ips: ['10.244.0.120', '10.244.0.121'] } } };
  const refused = await cni('ADD', await makePod(), asked);
  t.is(refused.code, 1);
  t.like(refusalOf(refused), {
    code: 7,
    msg: 'requested addresses "10.244.0.120, 10.244.0.121" are of one family',
  });
});

test.serial('an address that was asked for can be asked for again after its DEL', async (t) => {
  const { makePods, add, del } = scene();
  const [one, other] = await makePods(2);
  if (one === undefined || other === undefined) throw new Error('there are no pods');
  const asking = { args: 'IP=10.244.0.130' };
  await add(one, asking);
  await del(one);
  t.deepEqual(await add(other, asking), ['10.244.0.130']);
  t.true(await reaches(other, '10.244.0.1'));
});

test.serial('a MAC that is asked for is on the interface, in the result, and in the log', async (t) => {
  const { makePod, cni, log } = scene();
  const pod = await makePod();
  const mac = '02:00:5e:10:00:01';
  const added = await cni('ADD', pod, { config: { runtimeConfig: { mac } } });
  t.is(added.code, 0, added.out);
  t.is(resultOf(added).interfaces[2]?.['mac'], mac);
  t.regex(await pod.exec('ip', 'link', 'show', 'eth0'), new RegExp(`link/ether ${mac}`));
  t.true(await reaches(pod, '10.244.0.1'));
  t.is((await log()).findLast(({ type }) => type === 'PodAdded')?.payload['mac'], mac);
  t.is((await cni('CHECK', pod, { config: { prevResult: resultOf(added) } })).code, 0);

  const other = await makePod();
  const refused = await cni('ADD', other, { args: `IgnoreUnknown=1;MAC=${mac}` });
  t.like(refusalOf(refused), { code: 11, msg: `requested MAC "${mac}" is held by evio/${pod.name}/eth0` });
  await assertSound(t, scene());
});

test.serial(
  "the configuration's MAC is for a pod whose runtime asks for none, and for one pod",
  async (t) => {
    const { makePods, cni, log } = scene();
    const [one, two, three] = await makePods(3);
    if (one === undefined || two === undefined || three === undefined) throw new Error('there are no pods');
    const [own, asked] = ['02:00:5e:10:00:11', '02:00:5e:10:00:12'];
    const first = await cni('ADD', one, { config: { mac: own }, args: `IgnoreUnknown=1;MAC=${asked}` });
    t.is(resultOf(first).interfaces[2]?.['mac'], asked);
    const second = await cni('ADD', two, { config: { mac: own.replaceAll(':', '-').toUpperCase() } });
    t.is(resultOf(second).interfaces[2]?.['mac'], own);
    t.regex(await two.exec('ip', 'link', 'show', 'eth0'), new RegExp(`link/ether ${own}`));
    t.is((await cni('CHECK', two, { config: { mac: own, prevResult: resultOf(second) } })).code, 0);
    const before = (await log()).length;
    const refused = await cni('ADD', three, { config: { mac: own } });
    t.like(refusalOf(refused), { code: 11, msg: `requested MAC "${own}" is held by evio/${two.name}/eth0` });
    t.regex(String(refusalOf(refused)['details']), /"mac" in the network configuration/);
    t.is((await log()).length, before);
    // What it says now is nobody's business when the pod goes.
    t.is((await cni('DEL', two, { config: { mac: 'none' } })).code, 0);
    t.is((await cni('ADD', three, { config: { mac: own } })).code, 0);
    t.true(await reaches(three, '10.244.0.1'));
    await assertSound(t, scene());
  },
);

test.serial('ipRanges decide out of which addresses one is chosen', async (t) => {
  const { makePod, add, cni, log } = scene();
  const ranged = (rangeStart: string, rangeEnd: string): CniCall => ({
    config: { runtimeConfig: { ipRanges: [[{ subnet: '10.244.0.0/16', rangeStart, rangeEnd }]] } },
  });
  t.deepEqual(await add(await makePod(), ranged('10.244.0.200', '10.244.0.201')), ['10.244.0.200']);
  t.deepEqual((await log()).findLast(({ type }) => type === 'PodAdded')?.payload['ranges'], [
    { first: '10.244.0.200', last: '10.244.0.201' },
  ]);
  t.deepEqual(await add(await makePod(), ranged('10.244.0.200', '10.244.0.201')), ['10.244.0.201']);
  const pod = await makePod();
  for (const [call, code, msg] of [
    [ranged('10.244.0.200', '10.244.0.201'), 11, 'no address is free in ipRanges 10.244.0.200-10.244.0.201'],
    [
      ranged('10.244.7.1', '10.244.7.9'),
      7,
      "ipRanges 10.244.7.1-10.244.7.9 hold no address of this node's 10.244.0.0/24",
    ],
  ] as const) {
    const refused = await cni('ADD', pod, call);
    t.is(refused.code, 1);
    t.like(refusalOf(refused), { code, msg });
  }
  await assertSound(t, scene());
});
