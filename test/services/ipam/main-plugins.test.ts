import { randomUUID } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import test from 'ava';
import { filesIn } from '../../support/ipam.ts';
import { makeNetns, type Netns } from '../../support/netns.ts';
import { scrape } from '../../support/samples.ts';
import { newNetwork, sharedIpamNode } from './beside-host-local.ts';

/*
 * Debian's bridge, ptp and macvlan, in a network namespace of the node's, with `ipam.type: evio-ipam`.
 */

const scene = sharedIpamNode(test, 'ipam-main');

const pods: Netns[] = [];
const makePod = async (): Promise<Netns> => {
  const pod = await makeNetns('ipam-pod');
  pods.push(pod);
  return pod;
};
test.after.always(() => Promise.all(pods.map((pod) => pod.remove().catch(() => undefined))));

/** What each needs beside the pool; macvlan a link to sit on. */
const plugins: Readonly<Record<string, object>> = {
  bridge: { bridge: 'cni0', isGateway: true },
  ptp: { ipMasq: false },
  macvlan: { master: 'uplink0', mode: 'bridge' },
};

test.serial.before(async () => {
  const { netns } = scene().node;
  await netns.exec('ip', 'link', 'add', 'uplink0', 'type', 'veth', 'peer', 'name', 'uplink1');
  for (const link of ['uplink0', 'uplink1']) await netns.exec('ip', 'link', 'set', link, 'up');
});

const pool = (third: number) => ({
  ranges: [[{ subnet: `10.${third}.2.0/29` }], [{ subnet: `fd00:${third}::/64` }]],
  routes: [{ dst: '0.0.0.0/0' }],
});

const addressesIn = async (pod: Netns): Promise<ReadonlyArray<string>> => {
  const [link] = JSON.parse(await pod.exec('ip', '-j', 'addr', 'show', 'dev', 'eth0'));
  return link.addr_info.flatMap(({ local, scope }: { local: string; scope: string }) =>
    scope === 'link' ? [] : [local],
  );
};

const events = async (network: string) =>
  (await scene().node.evioctl('log', '--from', '0', '--limit', '1000', '--ndjson')).out
    .split('\n')
    .flatMap((line) => (line === '' ? [] : [JSON.parse(line)]))
    .filter(({ payload }) => payload.network === network);

let third = 0;
for (const [plugin, keys] of Object.entries(plugins))
  test.serial(
    `${plugin}: ADD, CHECK and DEL give, keep and free addresses, CHECK after DEL fails`,
    async (t) => {
      third += 1;
      const { main, ipam, files } = scene();
      const network = newNetwork();
      const config = { name: network, type: plugin, ...keys, ipam: ipam('evio-ipam', pool(third)) };
      const [first, second] = [await makePod(), await makePod()];
      const call = (pod: Netns) => ({ containerId: pod.name, netns: pod.path });
      const added = await main(plugin, 'ADD', config, call(first));
      t.is(added.code, 0, added.out + added.err);
      const expected = [`10.${third}.2.2`, `fd00:${third}::2`];
      t.deepEqual(
        JSON.parse(added.out).ips.map(({ address }: { address: string }) => address),
        [`${expected[0]}/29`, `${expected[1]}/64`],
      );
      t.deepEqual(await addressesIn(first), expected);
      const other = await main(plugin, 'ADD', config, call(second));
      t.is(other.code, 0, other.out);
      t.deepEqual(await addressesIn(second), [`10.${third}.2.3`, `fd00:${third}::3`]);
      const held = `evio_ipam_pool_addresses{network="${network}",state="held"}`;
      t.is((await scrape(scene().node))[held], 4);
      t.true(`evio_ipam_pool_capacity_addresses{network="${network}"}` in (await scrape(scene().node)));
      const checked = { ...call(first), more: { prevResult: JSON.parse(added.out) } };
      const check = await main(plugin, 'CHECK', config, checked);
      t.is(check.code, 0, check.out);

      t.is((await main(plugin, 'DEL', config, checked)).code, 0);
      t.is((await main(plugin, 'DEL', config, checked)).code, 0);
      t.deepEqual(Object.keys(await files('evio-ipam', network)).sort(), [
        `10.${third}.2.3`,
        `fd00:${third}::3`,
        'last_reserved_ip.0',
        'last_reserved_ip.1',
      ]);
      // The namespace is gone when its DEL comes, as with a forced delete.
      await second.remove();
      t.is((await main(plugin, 'DEL', config, call(second))).code, 0);
      t.deepEqual(
        (await events(network)).map(({ type, payload }) => [type, payload.containerId, payload.reason]),
        [
          ['PoolConfigured', undefined, undefined],
          ['AddressesAllocated', first.name, undefined],
          ['AddressesAllocated', second.name, undefined],
          ['AddressesReleased', first.name, 'deleted'],
          ['AddressesReleased', second.name, 'deleted'],
        ],
      );
    },
  );

test.serial(
  'the namespace of a pod and its name stand in the log, and who-had answers for its address',
  async (t) => {
    const { main, ipam, node } = scene();
    const network = newNetwork();
    const pod = await makePod();
    const config = {
      name: network,
      type: 'bridge',
      bridge: 'cni1',
      ipam: ipam('evio-ipam', { subnet: '10.77.2.0/29' }),
    };
    const args = 'K8S_POD_NAMESPACE=shop;K8S_POD_NAME=web-0;IgnoreUnknown=1';
    const call = { containerId: pod.name, netns: pod.path, args };
    t.is((await main('bridge', 'ADD', config, call)).code, 0);
    const log = `${node.dir}/state/${(await readdir(`${node.dir}/state`)).find((name) => name.endsWith('.db'))}`;
    const had = await node.evioctl('who-had', '10.77.2.2', '--log', log);
    t.is(had.code, 0, had.err);
    t.regex(had.out, /shop\/web-0 {2}attached/);
    t.regex(had.out, /10\.77\.2\.2 \(policy round-robin\/1\)/);
    t.true(had.out.includes(`netns      ${pod.path}\n`), had.out);
    t.regex((await node.evioctl('pods')).out, /10\.77\.2\.2 +attached +shop\/web-0/);
    t.is((await main('bridge', 'DEL', config, call)).code, 0);
    const after = await node.evioctl('history', '10.77.2.2', '--log', log);
    t.regex(after.out, /AddressesAllocated[^\n]*shop\/web-0[\s\S]*AddressesReleased[^\n]*deleted/);
    const verified = await node.evioctl('verify', '--log', log);
    t.is(verified.code, 0, verified.out + verified.err);
  },
);

test.serial(
  'pods of a bridge reach each other by what evio-ipam gave them; the agent finds nothing to repair',
  async (t) => {
    const { main, ipam, node } = scene();
    const network = newNetwork();
    const config = {
      name: network,
      type: 'bridge',
      bridge: 'cni2',
      isGateway: true,
      ipam: ipam('evio-ipam', { subnet: '10.78.2.0/29' }),
    };
    const [one, two] = [await makePod(), await makePod()];
    for (const pod of [one, two])
      t.is((await main('bridge', 'ADD', config, { containerId: pod.name, netns: pod.path })).code, 0);
    await one.exec('ping', '-c', '1', '-W', '5', '10.78.2.3');
    const { attached, reserved, linkless, pools, networks } = await node.status();
    t.deepEqual(
      networks?.find((one) => one.network === network),
      { network, held: 2, capacity: '5' },
    );
    const shown = (await node.evioctl('status')).out;
    t.regex(shown, new RegExp(`NETWORK +HELD +CAPACITY\\n(.*\\n)*${network} +2 +5`));
    t.deepEqual(
      { attached, reserved, linkless, pools },
      { attached: 0, reserved: 0, linkless: 0, pools: [] },
    );
    t.false((await node.agentLog()).includes('"level":50'), await node.agentLog());
    for (const pod of [one, two])
      t.is((await main('bridge', 'DEL', config, { containerId: pod.name, netns: pod.path })).code, 0);
    t.is((await node.netns.exec('ip', '-br', 'link', 'show', 'master', 'cni2')).trim(), '');
  },
);

test.serial('STATUS of a network that is full says what helps', async (t) => {
  const { call } = scene();
  const network = newNetwork();
  const keys = { subnet: '10.79.3.0/30' };
  t.is((await call('evio-ipam', 'ADD', network, keys, { containerId: randomUUID() })).code, 0);
  const full = await call('evio-ipam', 'STATUS', network, keys, { containerId: '', cniVersion: '1.1.0' });
  t.like(JSON.parse(full.out), {
    code: 50,
    details:
      'delete containers of this network, or widen "ranges"; the files in its dataDir say who holds which address',
  });
});

test.serial('twenty ADDs at once get twenty addresses, and twenty DELs give them back', async (t) => {
  const { call, files } = scene();
  const network = newNetwork();
  const keys = { subnet: '10.79.2.0/24' };
  const ids = Array.from({ length: 20 }, () => randomUUID());
  const added = await Promise.all(
    ids.map((containerId) => call('evio-ipam', 'ADD', network, keys, { containerId })),
  );
  const given = added.map(({ out }) => JSON.parse(out).ips?.[0]?.address);
  t.is(new Set(given).size, 20, given.join());
  const held = await files('evio-ipam', network);
  t.deepEqual(
    Object.values(held)
      .filter((text) => text.includes('eth0'))
      .sort(),
    ids.map((id) => `${id}\r\neth0`).sort(),
  );
  await Promise.all(ids.map((containerId) => call('evio-ipam', 'DEL', network, keys, { containerId })));
  t.deepEqual(Object.keys(await files('evio-ipam', network)), ['last_reserved_ip.0']);
});

test.serial('without the capability of a cluster the agent serves evio-ipam all the same', async (t) => {
  const { configured, reasons } = await scene().node.status();
  t.false(configured);
  t.regex(reasons.join(), /no subnet/);
  t.deepEqual(await filesIn(`${scene().node.dir}/net.d`), {});
});
