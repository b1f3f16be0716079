import { join } from 'node:path';
import test from 'ava';
import {
  assertSound,
  eventuallyReaches,
  isReady,
  reaches,
  refusalOf,
  resultOf,
  sharedScene,
} from '../../support/scene.ts';
import { says, scriptDelegate } from '../../support/script-delegate.ts';
import { byStatic, debian, heldHere, heldThere, hostLocal } from './delegated-scene.ts';

const scene = sharedScene(test);

test.serial(
  'host-local gives the address: wired, recorded, held on both sides, and gone from both',
  async (t) => {
    const { node, makePod, cni, add, del, log } = scene();
    const pod = await makePod();
    const asked = hostLocal(node, '10.244.0.100');
    const result = resultOf(await cni('ADD', pod, asked));
    t.like(result.ips[0], { address: '10.244.0.100/32', gateway: '10.244.0.1', interface: 2 });
    t.deepEqual(result.routes, [{ dst: '0.0.0.0/0', gw: '10.244.0.1' }]);
    t.false('dns' in result);
    t.true(await reaches(pod, '10.244.0.1'));
    const neighbour = await makePod();
    const [address = ''] = await add(neighbour);
    await eventuallyReaches(pod, address);
    const event = (await log()).findLast(
      ({ payload }) => payload['containerId'] === pod.name && 'addresses' in payload,
    );
    t.deepEqual(event?.payload['addresses'], [
      { address: '10.244.0.100', choice: { by: 'delegated', plugin: 'host-local' } },
    ]);
    t.deepEqual(await heldThere(node, pod), ['10.244.0.100']);
    await del(neighbour);
    const checked = await cni('CHECK', pod, { ...asked, config: { ...asked.config, prevResult: result } });
    t.is(checked.code, 0, checked.out);
    await del(pod, asked);
    t.deepEqual([await heldThere(node, pod), await heldHere(scene(), pod)], [[], []]);
    await del(pod, asked);
    await assertSound(t, scene());
  },
);

test.serial("the configuration's MAC is the pod's where another plugin gives the address, too", async (t) => {
  const { makePods, cni, del } = scene();
  const [one, other] = await makePods(2);
  if (one === undefined || other === undefined) throw new Error('there are no pods');
  const mac = '02:00:5e:10:00:21';
  const having = (address: string) => {
    const asked = byStatic(`${address}/24`);
    return { ...asked, config: { ...asked.config, mac } };
  };
  const result = resultOf(await cni('ADD', one, having('10.244.0.92')));
  t.is(result.interfaces[2]?.['mac'], mac);
  t.regex(await one.exec('ip', 'link', 'show', 'eth0'), new RegExp(`link/ether ${mac}`));
  const refused = await cni('ADD', other, having('10.244.0.93'));
  t.like(refusalOf(refused), { code: 11, msg: `requested MAC "${mac}" is held by evio/${one.name}/eth0` });
  t.deepEqual(await heldHere(scene(), other), []);
  await del(one, having('10.244.0.92'));
});

test.serial('static gives the address that CNI_ARGS name, of any version of the specification', async (t) => {
  const { makePod, cni, del } = scene();
  for (const cniVersion of ['0.3.1', '0.4.0', '1.0.0']) {
    const pod = await makePod();
    const asked = { ...byStatic(), args: 'IgnoreUnknown=1;IP=10.244.0.91/24', cniVersion };
    const ended = await cni('ADD', pod, asked);
    t.is(ended.code, 0, ended.out);
    t.is(resultOf(ended).ips[0]?.address, '10.244.0.91/32');
    await del(pod, asked);
  }
});

test.serial(
  'a second ADD of a running pod is refused before the delegate, which keeps its address',
  async (t) => {
    const { node, makePod, cni, add, del } = scene();
    const pod = await makePod();
    const asked = hostLocal(node, '10.244.0.110');
    t.deepEqual(await add(pod, asked), ['10.244.0.110']);
    const again = await cni('ADD', pod, asked);
    t.like(refusalOf(again), { code: 7 });
    t.regex(refusalOf(again).msg, /is attached to network "evio" already/);
    t.deepEqual(await heldThere(node, pod), ['10.244.0.110']);
    t.true(await reaches(pod, '10.244.0.1'));
    await del(pod, asked);
  },
);

test.serial(
  'what lies outside of the lease, or is held, is given back, and nothing is changed',
  async (t) => {
    const { node, makePod, cni, add, log } = scene();
    const holder = await makePod();
    const [held = ''] = await add(holder);
    const pod = await makePod();
    const before = (await log()).length;
    const outside = hostLocal(node, '', { ranges: [[{ subnet: '192.168.5.0/24' }]] });
    const foreign = await cni('ADD', pod, outside);
    t.like(refusalOf(foreign), {
      code: 7,
      msg: 'the IPAM plugin "host-local" gave 192.168.5.2, which is outside of this node\'s 10.244.0.0/24',
    });
    const liar = await cni('ADD', pod, byStatic(`${held}/24`));
    t.like(refusalOf(liar), {
      code: 11,
      msg: `the IPAM plugin "static" gave ${held}, which is held by evio/${holder.name}/eth0`,
    });
    const babbler = await scriptDelegate(t, { ADD: says({ ips: [{ address: 'ten/24' }] }) });
    const babble = await cni('ADD', pod, { path: babbler.folder, config: { ipam: { type: babbler.name } } });
    t.like(refusalOf(babble), {
      code: 6,
      msg: 'the IPAM plugin "scripted-ipam" gave "ten", which is not an IP address',
    });
    t.deepEqual(await babbler.verbs(), ['ADD', 'DEL']);
    t.deepEqual([await heldThere(node, pod), (await log()).length], [[], before]);
    t.true(await reaches(holder, '10.244.0.1'));
    await assertSound(t, scene());
  },
);

test.serial(
  'a delegate that refuses leaves nothing behind, and a network without one is untouched by it',
  async (t) => {
    const { node, makePod, cni, log } = scene();
    const before = (await log()).length;
    const full = hostLocal(node, '10.244.0.120', {
      ranges: [[{ subnet: '10.244.0.0/24', rangeStart: '10.244.0.120', rangeEnd: '10.244.0.120' }]],
    });
    const [first, second] = [await makePod(), await makePod()];
    t.is((await cni('ADD', first, full)).code, 0);
    const refused = refusalOf(await cni('ADD', second, full));
    t.regex(refused.msg, /no IP addresses available in range set: 10.244.0.120-10.244.0.120/);
    t.regex(refused.details, /the IPAM plugin "host-local" says so/);
    t.deepEqual([await heldThere(node, second), await heldHere(scene(), second)], [[], []]);
    t.is((await log()).length, before + 2);
    t.is((await cni('DEL', first, full)).code, 0);
  },
);

test.serial('CHECK, STATUS and GC reach both', async (t) => {
  const { node, makePod, cni, add, del } = scene();
  const delegate = await scriptDelegate(t, { ADD: says({ ips: [{ address: '10.244.0.170/24' }] }) });
  const asked = { path: delegate.folder, cniVersion: '1.1.0', config: { ipam: { type: delegate.name } } };
  const pod = await makePod();
  await add(pod, asked);
  const status = await cni('STATUS', pod, asked);
  t.is(status.code, 0, status.out);
  const kept = (await scene().pods()).map(({ containerId, ifname }) => ({
    containerID: containerId,
    ifname,
  }));
  const listing = (valid: ReadonlyArray<object>) => ({
    ...asked,
    config: { ...asked.config, 'cni.dev/valid-attachments': valid },
  });
  t.is((await cni('GC', pod, listing(kept))).code, 0);
  t.deepEqual(await heldHere(scene(), pod), ['10.244.0.170']);
  t.is((await cni('GC', pod, listing(kept.filter(({ containerID }) => containerID !== pod.name)))).code, 0);
  t.deepEqual(await heldHere(scene(), pod), []);
  await del(pod, asked);
  t.deepEqual(await delegate.verbs(), ['ADD', 'STATUS', 'GC', 'GC', 'DEL']);
  const lost = hostLocal(node, '10.244.0.175');
  const other = await makePod();
  const result = resultOf(await cni('ADD', other, lost));
  await del(other, { path: debian, config: { ...lost.config, ipam: { type: 'static', addresses: [] } } });
  const checked = await cni('CHECK', other, { ...lost, config: { ...lost.config, prevResult: result } });
  t.like(refusalOf(checked), { code: 3 });
  await del(other, lost);
});

test.serial('the log holds, eras carry who chose, and operators are shown it', async (t) => {
  const { node, makePod, add, del, ask } = scene();
  const asked = hostLocal(node, '10.244.0.180');
  const pod = await makePod();
  await add(pod, asked);
  const database = join(node.dir, 'state', 'ledger.db');
  const whoHad = async () => (await node.evioctl('who-had', '10.244.0.180', '--log', database)).out;
  t.regex(await whoHad(), /10\.244\.0\.180 \(delegated host-local\)/);
  await ask('POST', '/v1/close-era', {});
  t.deepEqual(await heldHere(scene(), pod), ['10.244.0.180']);
  await node.stopAgent('SIGKILL');
  await node.startAgent();
  await isReady(node);
  t.regex(await whoHad(), /10\.244\.0\.180 \(delegated host-local\)/);
  t.regex((await node.evioctl('pods')).out, /10\.244\.0\.180 +attached/);
  const verified = await node.evioctl('verify', '--log', database);
  t.is(verified.code, 0, `${verified.out}${verified.err}`);
  await del(pod, asked);
  await assertSound(t, scene());
});
