import test from 'ava';
import { attachPod, ip, type LinkSeen, left, makeHost, makePod, right, wiringOf } from './host-and-pods.ts';

test('a pair that was prepared without an address gets it later, and stays the pair that it was', async (t) => {
  const host = await makeHost(t);
  const pod = await makePod(t);
  const final = wiringOf(pod);
  const prepared = {
    ...final,
    hostMac: '02:00:00:00:00:02',
    addresses: [],
    gateways: [],
    alias: 'prepared net/c/eth0',
  };
  await right(attachPod(host.kernel, prepared));
  const look = async () => {
    const [inPod] = await ip<LinkSeen & { readonly ifindex: number }>(pod, 'link', 'show', 'eth0');
    const [outside] = await ip<LinkSeen>(host.netns, 'link', 'show', final.hostIfname);
    return { inPod, outside };
  };
  const before = await look();
  t.like(before.outside, { ifalias: 'evio-ledger prepared net/c/eth0', address: '02:00:00:00:00:02' });
  t.true(before.inPod?.flags.includes('UP'));
  await right(host.kernel.finishPair({ ...final, preparedAs: prepared.alias }));
  const after = await look();
  t.deepEqual([after.inPod?.ifindex, after.inPod?.address], [before.inPod?.ifindex, before.inPod?.address]);
  t.like(after.outside, { ifalias: `evio-ledger ${final.alias}`, address: final.hostMac });
  t.deepEqual(await right(host.kernel.inspectPod(final)), []);
});

test('a pair that was prepared for somebody else is not taken', async (t) => {
  const host = await makeHost(t);
  const pod = await makePod(t);
  const wiring = wiringOf(pod);
  await right(
    attachPod(host.kernel, { ...wiring, addresses: [], gateways: [], alias: 'prepared net/c/eth0' }),
  );
  t.deepEqual(await left(host.kernel.finishPair({ ...wiring, preparedAs: 'prepared net/other/eth0' })), {
    type: 'foreign-link',
    name: wiring.hostIfname,
  });
});
