import { randomUUID } from 'node:crypto';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { answerOf, filesIn } from '../../support/ipam.ts';
import { makeNetns } from '../../support/netns.ts';
import { isDrained, queued } from '../../support/queue.ts';
import { newNetwork, sharedIpamNode } from './beside-host-local.ts';

/*
 * evio-ipam while its agent is down, killed, or has come back in another boot.
 */

const scene = sharedIpamNode(test, 'ipam-gone');

const small = { subnet: '10.1.2.0/29' };

const on = (network = newNetwork()) => ({
  network,
  files: () => scene().files('evio-ipam', network),
  call: async (command: string, containerId: string, more: object = {}) =>
    answerOf(await scene().call('evio-ipam', command, network, small, { containerId, ...more })),
});

const events = async (network: string) =>
  (await scene().node.evioctl('log', '--from', '0', '--limit', '1000', '--ndjson')).out
    .split('\n')
    .flatMap((line) => (line === '' ? [] : [JSON.parse(line)]))
    .filter(({ payload }) => payload.network === network && payload.containerId !== undefined)
    .map(({ type, payload }) => [type, payload.containerId, payload.reason]);

test.serial(
  'a DEL while the agent is down waits in the queue, and is done before the agent serves',
  async (t) => {
    const { node } = scene();
    const { call, files, network } = on();
    t.is((await call('ADD', 'a')).code, 0);
    await node.stopAgent('SIGKILL');
    t.deepEqual(await call('DEL', 'a'), { code: 0 });
    t.deepEqual(await queued({ node }), [`${network}%a%eth0%pool`]);
    t.deepEqual(Object.keys(await files()), ['10.1.2.2', 'last_reserved_ip.0']);
    await node.startAgent();
    t.deepEqual(await queued({ node }), []);
    t.deepEqual(Object.keys(await files()), ['last_reserved_ip.0']);
    t.deepEqual((await events(network)).at(-1), ['AddressesReleased', 'a', 'deleted']);
  },
);

test.serial('what is queued for a namespace that ended does not mean its live successor', async (t) => {
  const { node } = scene();
  const { call, files, network } = on();
  const [before, after] = [await makeNetns('ipam-before'), await makeNetns('ipam-after')];
  t.teardown(() => after.remove());
  t.is((await call('ADD', 'a', { netns: before.path })).code, 0);
  await node.stopAgent('SIGKILL');
  t.is((await call('DEL', 'a', { netns: before.path })).code, 0);
  const [name = ''] = await queued({ node });
  const text = await readFile(join(node.queue, name), 'utf8');
  await node.startAgent();
  await isDrained({ node });
  await before.remove();
  t.is((await call('ADD', 'a', { netns: after.path })).code, 0);
  await writeFile(join(node.queue, name), text);
  await isDrained({ node });
  t.deepEqual((await files())['10.1.2.3'], 'a\r\neth0');
  // Without a live namespace it means whoever has the name.
  t.is((await call('DEL', 'a', { netns: after.path })).code, 0);
  t.deepEqual(
    (await events(network)).map(([type]) => type),
    ['AddressesAllocated', 'AddressesReleased', 'AddressesAllocated', 'AddressesReleased'],
  );
});

test.serial(
  'an ADD without an agent gives up with code 11 and changes nothing; STATUS says 50',
  async (t) => {
    const { node } = scene();
    const { call, files } = on();
    await node.stopAgent();
    t.is((await call('STATUS', 'a', { cniVersion: '1.1.0' })).error?.code, 50);
    t.is((await call('ADD', 'a')).error?.code, 11);
    t.deepEqual(await files(), {});
    await node.startAgent();
  },
);

test.serial(
  'killed with -9 again and again under ADDs and DELs: log and files agree, and nobody has an address twice',
  async (t) => {
    const { node, call, files } = scene();
    const network = newNetwork();
    const keys = { subnet: '10.40.0.0/24' };
    const held = new Map<string, string>();
    let kept = 0;
    let over = false;
    const worker = async () => {
      while (!over) {
        const containerId = randomUUID();
        const added = answerOf(await call('evio-ipam', 'ADD', network, keys, { containerId }));
        if (added.code !== 0) {
          await call('evio-ipam', 'DEL', network, keys, { containerId });
          continue;
        }
        const [ip] = (added.result as { readonly ips: ReadonlyArray<{ readonly address: string }> }).ips;
        const address = ip?.address.replace(/\/.*/, '') ?? '';
        t.false(held.has(address), `${address} is held by ${held.get(address)} and given to ${containerId}`);
        held.set(address, containerId);
        kept += 1;
        if (kept % 3 === 0) continue;
        held.delete(address);
        const deleted = answerOf(await call('evio-ipam', 'DEL', network, keys, { containerId }));
        t.is(deleted.code, 0);
      }
    };
    const workers = Array.from({ length: 4 }, worker);
    for (let kill = 0; kill < 5; kill += 1) {
      await new Promise((done) => setTimeout(done, 150 + 70 * kill));
      await node.stopAgent('SIGKILL');
      await node.startAgent();
    }
    over = true;
    await Promise.all(workers);
    await isDrained({ node });
    t.true(held.size >= 3, `${held.size}`);
    const expected = [...held].map(([address, id]) => [address, `${id}\r\neth0`] as const);
    const { 'last_reserved_ip.0': _, ...left } = await files('evio-ipam', network);
    t.deepEqual(left, Object.fromEntries(expected));
    const { pods } = JSON.parse((await node.evioctl('pods', '--json')).out);
    const logged = pods
      .filter((row: { readonly network: string }) => row.network === network)
      .map((row: { readonly addresses: ReadonlyArray<string>; readonly containerId: string }) => [
        row.addresses[0],
        `${row.containerId}\r\neth0`,
      ]);
    t.deepEqual(Object.fromEntries(logged), Object.fromEntries(expected));
    const verified = await node.evioctl('verify', '--log', join(node.dir, 'state', 'ledger.db'));
    t.is(verified.code, 0, verified.out + verified.err);
  },
);

test.serial(
  'a reboot releases all of it, the files first; what host-local gave to nobody we know stays',
  async (t) => {
    const { node, dataDir } = scene();
    const { call, files, network } = on();
    t.is((await call('ADD', 'a')).code, 0);
    await node.stopAgent('SIGKILL');
    await writeFile(join(dataDir('evio-ipam'), network, '10.1.2.6'), 'stranger\r\neth0');
    await node.setBootId('7c9e6679-7425-40de-944b-e07fc1f90ae7');
    await node.startAgent();
    t.deepEqual(Object.keys(await files()).sort(), ['10.1.2.6', 'last_reserved_ip.0']);
    t.deepEqual((await events(network)).at(-1), ['AddressesReleased', 'a', 'rebooted']);
    for (const other of (await readdir(dataDir('evio-ipam'))).filter((name) => name !== network))
      t.deepEqual(
        Object.keys(await filesIn(join(dataDir('evio-ipam'), other))).filter(
          (name) => !name.startsWith('last'),
        ),
        [],
        other,
      );
    t.is((await call('ADD', 'b')).code, 0);
    t.deepEqual((await events(network)).slice(-2), [
      ['AddressesAllocated', 'stranger', undefined],
      ['AddressesAllocated', 'b', undefined],
    ]);
  },
);
