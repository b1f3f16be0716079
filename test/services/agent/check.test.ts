import test from 'ava';
import type { Netns } from '../../support/netns.ts';
import { type Ended, eventually } from '../../support/node.ts';
import { type CniResult, callFor, holdUp, refusalOf, resultOf, sharedScene } from '../../support/scene.ts';

const scene = sharedScene(test);

const added = async (): Promise<{
  readonly pod: Netns;
  readonly result: CniResult;
  readonly link: string;
}> => {
  const { node, makePod } = scene();
  const pod = await makePod();
  const result = resultOf(await node.cni('ADD', callFor(pod)));
  return { pod, result, link: String(result.interfaces[1]?.['name']) };
};

const check = (pod: Netns, prevResult: CniResult): Promise<Ended> =>
  scene().cni('CHECK', pod, { config: { prevResult } });

test.serial('CHECK after ADD succeeds and prints nothing', async (t) => {
  const { pod, result } = await added();
  t.deepEqual(await check(pod, result), { code: 0, out: '', err: '' });
});

test.serial('CHECK says that the runtime keeps another MAC than the log', async (t) => {
  const { pod, result } = await added();
  const mac = String(result.interfaces.find((one) => one['sandbox'] !== undefined)?.['mac']);
  const keeping = (other: string) => ({
    ...result,
    interfaces: result.interfaces.map((one) => (one['sandbox'] === undefined ? one : { ...one, mac: other })),
  });
  t.like(refusalOf(await check(pod, keeping('02:00:00:00:00:09'))), {
    code: 5,
    msg: `prevResult has the MAC 02:00:00:00:00:09, the log gives ${mac} to this attachment`,
  });
  t.is((await check(pod, keeping(mac.toUpperCase()))).code, 0);
});

test.serial('CHECK says all that was removed by hand, all of it at once', async (t) => {
  const { pod, result, link } = await added();
  const address = result.ips[0]?.address ?? '';

  await pod.exec('ip', 'route', 'del', 'default');
  const first = await check(pod, result);
  t.is(first.code, 1);
  t.like(refusalOf(first), { code: 5, msg: 'default route through 10.244.0.1 is missing' });

  await pod.exec('ip', 'address', 'del', address, 'dev', 'eth0');
  const second = refusalOf(await check(pod, result)).msg;
  t.true(second.includes(`eth0 has lost ${address.replace('/32', '')}`), second);
  t.true(second.includes('default route through 10.244.0.1 is missing'), second);

  await scene().node.netns.exec('ip', 'link', 'del', link);
  const third = refusalOf(await check(pod, result)).msg;
  t.true(third.includes(`host link ${link} is missing`), third);
  t.true(third.includes(`eth0 is missing in ${pod.path}`), third);
});

test.serial('CHECK says what else differs: MTU, MAC, an end that is down', async (t) => {
  const { pod, result, link } = await added();
  const { netns } = scene().node;
  const msg = await eventually('CHECK comes before the agent brings the link up again', async () => {
    // Each time: the announcement behind the ADD gives the interface its own MAC once more.
    await pod.exec('ip', 'link', 'set', 'eth0', 'address', '02:00:00:00:00:01');
    await netns.exec('ip', 'link', 'set', link, 'mtu', '1300', 'down');
    const refused = refusalOf(await check(pod, result)).msg;
    return refused.includes('is down') ? refused : undefined;
  });
  for (const said of [
    `host link ${link} is down`,
    `host link ${link} has MTU 1300 instead of 1410`,
    `eth0 has MAC 02:00:00:00:00:01 instead of 0a:58:`,
  ]) {
    t.true(msg.includes(said), msg);
  }
});

test.serial(
  'CHECK names a port that is missing on the bridge, and one that the switch has not attached',
  async (t) => {
    const { node } = scene();
    const { pod, result, link } = await added();
    await eventually('CHECK comes before the agent puts the port back', async () => {
      // Where the agent has not put it back yet, there is none to take out.
      await node.ovs.vsctl('--no-wait', '--if-exists', 'del-port', link);
      const ended = await check(pod, result);
      return ended.out.includes(`the port ${link} is missing on bridge evio0`) ? true : undefined;
    });
    // A port that is taken out again while it is put back is tried again at the next sweep.
    const isBack = async () => ((await check(pod, result)).code === 0 ? true : undefined);
    await eventually('the port is back', isBack, 90_000);

    // What the database says of a port until ovs-vswitchd has attached it.
    const ofport = (await node.ovs.vsctl('get', 'interface', link, 'ofport')).trim();
    const goOn = holdUp(t, await node.ovs.switchdPid());
    await node.ovs.vsctl('--no-wait', 'clear', 'interface', link, 'ofport');
    t.is(refusalOf(await check(pod, result)).msg, `the switch has not attached the port ${link}`);
    await node.ovs.vsctl('--no-wait', 'set', 'interface', link, `ofport=${ofport}`);
    goOn();
  },
);

test.serial("CHECK compares with the runtime's own memory of the ADD", async (t) => {
  const { pod, result } = await added();
  const [ip] = result.ips;
  const other = { ...result, ips: [{ ...ip, address: '10.244.0.200/32' }] };
  t.regex(
    refusalOf(await check(pod, other)).msg,
    /prevResult has 10\.244\.0\.200, the log gives 10\.244\.0\.\d+/,
  );
});

test.serial('CHECK of a container that was never added is refused as unknown', async (t) => {
  const { makePod } = scene();
  const { result } = await added();
  const refused = await check(await makePod(), result);
  t.is(refused.code, 1);
  t.is(refusalOf(refused).code, 3);
});

test.serial('CHECK says that the flows of a port are others', async (t) => {
  const { pod, result, link } = await added();
  const { ovs } = scene().node;
  const [ip] = result.ips;
  // As many as before: that there are others is not seen without a look at each.
  const packets = `ip,nw_src=${ip?.address.replace('/32', '')}`;
  const ofport = (await ovs.vsctl('get', 'interface', link, 'ofport')).trim();
  const refused = await eventually('CHECK comes before the agent puts them right', async () => {
    await ovs.ofctl('evio0', 'mod-flows', `${packets},in_port=${ofport},actions=drop`);
    const ended = await check(pod, result);
    return ended.code === 0 ? undefined : refusalOf(ended);
  });
  t.like(refused, {
    code: 5,
    msg: `the anti-spoofing flows of the port ${link} are not as they should be`,
  });
});
