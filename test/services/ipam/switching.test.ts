import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { answerOf, type IpamType } from '../../support/ipam.ts';
import { makeNetns } from '../../support/netns.ts';
import { run } from '../../support/run.ts';
import { scrape } from '../../support/samples.ts';
import { newNetwork, sharedIpamNode } from './beside-host-local.ts';

/*
 * One dataDir, in which host-local and evio-ipam take turns: an operator who changes one word of the configuration.
 */

const scene = sharedIpamNode(test, 'ipam-switch');

const small = { subnet: '10.1.2.0/29' };

type PoolEntry = {
  readonly type: string;
  readonly payload: {
    readonly containerId: string;
    readonly reason?: string;
    /** Of a release, texts. */
    readonly addresses: ReadonlyArray<{
      readonly address: string;
      readonly choice?: { readonly by: string };
    }>;
  };
};

const inOneDataDir = (ranges: object = small) => {
  const network = newNetwork();
  const { call, dataDir, files, node } = scene();
  const keys = { ...ranges, dataDir: dataDir('evio-ipam') };
  const play = async (type: IpamType, command: string, containerId: string, more: object = {}) =>
    answerOf(await call(type, command, network, keys, { containerId, ...more }));
  const logged = async (): Promise<ReadonlyArray<PoolEntry>> =>
    (await node.evioctl('log', '--from', '0', '--limit', '1000', '--ndjson')).out
      .split('\n')
      .flatMap((line) => (line === '' ? [] : [JSON.parse(line)]))
      .filter(({ payload }) => payload.network === network && payload.containerId !== undefined);
  return {
    network,
    folder: join(dataDir('evio-ipam'), network),
    files: () => files('evio-ipam', network),
    play,
    /** The address of an ADD that succeeds. */
    add: async (type: IpamType, containerId: string, more: object = {}) => {
      const { code, result, error } = await play(type, 'ADD', containerId, more);
      if (code !== 0) throw new Error(JSON.stringify(error));
      return (result as { readonly ips: ReadonlyArray<{ readonly address: string }> }).ips[0]?.address;
    },
    logged,
    events: async () =>
      (await logged()).map(({ type, payload }) => [
        type,
        payload.containerId,
        payload.reason ?? payload.addresses[0]?.choice?.by,
      ]),
  };
};

test.serial(
  'half-way to host-local and back: nobody gets an address twice, and each frees what the other gave',
  async (t) => {
    const { add, play, files, events } = inOneDataDir();
    const pod = await makeNetns('ipam-half-way');
    t.teardown(() => pod.remove());
    t.is(await add('evio-ipam', 'a'), '10.1.2.2/29');
    t.is(await add('evio-ipam', 'b', { netns: pod.path }), '10.1.2.3/29');
    t.is(await add('host-local', 'c'), '10.1.2.4/29', 'host-local goes on where we were');
    t.is((await play('host-local', 'ADD', 'a')).code, 1, 'it knows what we gave');
    t.is((await play('host-local', 'CHECK', 'a')).code, 0);
    t.is((await play('host-local', 'DEL', 'a')).code, 0);
    t.is((await play('evio-ipam', 'CHECK', 'c')).code, 0);
    t.is(await add('evio-ipam', 'd'), '10.1.2.5/29', 'and we where it was');
    t.deepEqual((await play('evio-ipam', 'ADD', 'c')).error, {
      code: 999,
      msg: 'failed to allocate for range 0: 10.1.2.4 has been allocated to c, duplicate allocation is not allowed',
    });
    t.is((await play('evio-ipam', 'DEL', 'c')).code, 0, 'we free what it gave');
    t.is(await add('evio-ipam', 'e'), '10.1.2.6/29');
    t.is(await add('evio-ipam', 'f'), '10.1.2.2/29', 'what it freed is free here');
    t.deepEqual(await files(), {
      '10.1.2.2': 'f\r\neth0',
      '10.1.2.3': 'b\r\neth0',
      '10.1.2.5': 'd\r\neth0',
      '10.1.2.6': 'e\r\neth0',
      'last_reserved_ip.0': '10.1.2.2',
    });
    t.deepEqual(await events(), [
      ['AddressesAllocated', 'a', 'policy'],
      ['AddressesAllocated', 'b', 'policy'],
      ['AddressesAllocated', 'c', 'imported'],
      ['AddressesReleased', 'a', 'elsewhere'],
      ['AddressesAllocated', 'd', 'policy'],
      ['AddressesReleased', 'c', 'deleted'],
      ['AddressesAllocated', 'e', 'policy'],
      ['AddressesAllocated', 'f', 'policy'],
    ]);
  },
);

test.serial(
  'who was given addresses of both families is taken over with both, whoever had one of them',
  async (t) => {
    const { play, events, logged } = inOneDataDir({
      ranges: [
        [{ subnet: '10.1.2.0/29' }],
        [{ subnet: 'fd00::/64', rangeStart: 'fd00::2', rangeEnd: 'fd00::3' }],
      ],
    });
    const pod = await makeNetns('ipam-both');
    t.teardown(() => pod.remove());
    const both = async (type: IpamType, containerId: string, more: object = {}) => {
      const { result, error } = await play(type, 'ADD', containerId, more);
      t.is(error, undefined);
      return (result as { readonly ips: ReadonlyArray<{ readonly address: string }> }).ips.map(
        ({ address }) => address,
      );
    };
    t.deepEqual(await both('evio-ipam', 'a'), ['10.1.2.2/29', 'fd00::2/64']);
    t.is((await play('host-local', 'DEL', 'a')).code, 0);
    t.deepEqual(await both('host-local', 'gone'), ['10.1.2.3/29', 'fd00::3/64']);
    t.is((await play('host-local', 'DEL', 'gone')).code, 0);
    t.deepEqual(await both('host-local', 'b'), ['10.1.2.4/29', 'fd00::2/64']);
    t.deepEqual(await both('evio-ipam', 'c', { netns: pod.path }), ['10.1.2.5/29', 'fd00::3/64']);
    t.is((await play('evio-ipam', 'DEL', 'nobody')).code, 0);
    t.is((await play('evio-ipam', 'DEL', 'nobody')).code, 0);
    const given = (await logged()).filter(({ type }) => type === 'AddressesAllocated');
    t.deepEqual(
      given.map(({ payload }) => [payload.containerId, payload.addresses.map((one) => one.address)]),
      [
        ['a', ['10.1.2.2', 'fd00::2']],
        ['c', ['10.1.2.5', 'fd00::3']],
        ['b', ['10.1.2.4', 'fd00::2']],
      ],
    );
    t.deepEqual(
      (await events()).filter(([type]) => type === 'AddressesReleased'),
      [['AddressesReleased', 'a', 'elsewhere']],
    );
  },
);

test.serial('CHECK asks for the interface, of what host-local gave too', async (t) => {
  const { add, play } = inOneDataDir();
  t.is(await add('evio-ipam', 'a'), '10.1.2.2/29');
  t.is(await add('host-local', 'b'), '10.1.2.3/29');
  // First whom only the files know.
  for (const type of ['evio-ipam', 'host-local'] as const)
    for (const id of ['b', 'a']) {
      t.is((await play(type, 'CHECK', id, { ifname: 'net1' })).code, 1, `${type} ${id}`);
      t.is((await play(type, 'CHECK', id)).code, 0, `${type} ${id}`);
    }
});

test.serial(
  'a live pod keeps its address when somebody removes its file, and it is written again at the start',
  async (t) => {
    const { add, folder, files } = inOneDataDir();
    const pod = await makeNetns('ipam-alive');
    t.teardown(() => pod.remove().catch(() => undefined));
    t.is(await add('evio-ipam', 'a', { netns: pod.path }), '10.1.2.2/29');
    await rm(folder, { recursive: true });
    t.is(await add('evio-ipam', 'b'), '10.1.2.3/29');
    t.deepEqual(Object.keys(await files()), ['10.1.2.3', 'last_reserved_ip.0']);
    const { node } = scene();
    await node.stopAgent();
    await node.startAgent();
    t.deepEqual(await files(), {
      '10.1.2.2': 'a\r\neth0',
      '10.1.2.3': 'b\r\neth0',
      'last_reserved_ip.0': '10.1.2.3',
    });
  },
);

test.serial(
  'files that say nothing keep their addresses from being given, and are left as they are',
  async (t) => {
    const { add, folder, files, play } = inOneDataDir();
    await mkdir(folder, { recursive: true });
    const foreign = {
      // What host-local leaves when it is killed in the middle.
      '10.1.2.2': '',
      '10.1.2.4': 'two\nlines of\nsomebody',
      notes: 'not an address',
    };
    for (const [name, text] of Object.entries(foreign)) await writeFile(join(folder, name), text);
    t.is(await add('evio-ipam', 'a'), '10.1.2.3/29');
    t.is(await add('evio-ipam', 'b'), '10.1.2.5/29');
    t.is((await play('evio-ipam', 'ADD', 'c', { args: 'IP=10.1.2.4' })).code, 1);
    t.is(await add('evio-ipam', 'c'), '10.1.2.6/29');
    t.is((await play('evio-ipam', 'ADD', 'd')).code, 1);
    for (const id of ['a', 'b', 'c']) t.is((await play('evio-ipam', 'DEL', id)).code, 0);
    const { 'last_reserved_ip.0': _, ...left } = await files();
    t.deepEqual(left, foreign);
  },
);

test.serial('a file of host-local’s old format is its container’s, of whichever interface', async (t) => {
  const { play, folder, files } = inOneDataDir();
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, '10.1.2.2'), 'old\n');
  t.is((await play('evio-ipam', 'CHECK', 'old')).code, 0);
  t.is((await play('evio-ipam', 'ADD', 'old')).code, 1);
  t.is((await play('evio-ipam', 'DEL', 'old')).code, 0);
  t.deepEqual(await files(), {});
});

test.serial('we wait for the lock of host-local, and nothing is given without it', async (t) => {
  const { add, folder } = inOneDataDir();
  await add('evio-ipam', 'a');
  const held = run('flock', join(folder, 'lock'), 'sleep', '1');
  const waited = performance.now();
  await new Promise((done) => setTimeout(done, 200));
  const adding = add('evio-ipam', 'b');
  await new Promise((done) => setTimeout(done, 200));
  t.is((await scrape(scene().node))['evio_attachments_busy'], 0, 'no pod of the switch waits with it');
  t.is(await adding, '10.1.2.3/29');
  await held;
  t.true(performance.now() - waited >= 900, 'it was given behind the lock');
});

test.serial('what was released and taken over verifies, also from a copy of the log alone', async (t) => {
  const { node } = scene();
  const log = join(node.dir, 'state', 'ledger.db');
  t.true((await readFile(log)).length > 0);
  const verified = await node.evioctl('verify', '--log', log);
  t.is(verified.code, 0, verified.out + verified.err);
});
