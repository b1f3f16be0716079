import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { ids } from '../../../adapters/system/ids.ts';
import { eventId } from '../../../services/seal-events.ts';
import type { Netns } from '../../support/netns.ts';
import { type OtherNetwork, otherNetwork } from '../../support/other-plugin.ts';
import { brokenLink, isReady, makeBareScene, sharedScene, usual } from '../../support/scene.ts';

const scene = sharedScene(test);
const network = 'k8s-pod-network';
let other: OtherNetwork;
let pods: ReadonlyArray<Netns>;

const importing = (...more: ReadonlyArray<string>) =>
  scene().node.evioctl(
    ...['import', 'host-local', other.dataDir, '--from-network', network, '--cache-dir', other.cacheDir],
    ...more,
  );

/** One node that moves over, told in order. */
test.serial(
  'running pods of bridge and host-local are listed by a dry run, which changes nothing',
  async (t) => {
    const { node, makePods } = scene();
    const range = { subnet: '10.244.0.0/24', rangeStart: '10.244.0.2', rangeEnd: '10.244.0.9' };
    other = await otherNetwork(node, network, range);
    pods = await makePods(3);
    const [one, two, gone] = pods;
    if (one === undefined || two === undefined || gone === undefined) return t.fail();
    const given = [
      await other.add(one, 'web-0'),
      await other.add(two, 'web-1'),
      await other.add(gone, 'old'),
    ];
    t.deepEqual(given, ['10.244.0.2', '10.244.0.3', '10.244.0.4']);
    await gone.exec('ip', 'link', 'delete', 'eth0');

    const before = await scene().log();
    const listed = await importing('--dry-run');
    t.is(listed.code, 0, listed.err);
    for (const [row, words] of [
      ['10.244.0.2', 'to be taken over'],
      ['10.244.0.3', 'to be taken over'],
      ['10.244.0.4', 'gone: to be passed by'],
    ] as const)
      t.regex(listed.out, new RegExp(`^${row} .*default/.* ${words}$`, 'm'));
    t.deepEqual(await scene().log(), before);
  },
);

test.serial(
  'what is open in the source and every conflict is told, and keeps all from being done',
  async (t) => {
    const { add, del, makePod, log } = scene();
    const own = await makePod();
    t.deepEqual(await add(own, { args: 'IP=10.244.0.3' }), ['10.244.0.3']);
    const folder = join(other.dataDir, network);
    await writeFile(join(folder, '10.244.0.7'), '');
    await writeFile(join(folder, '10.244.0.8'), 'unknown\r\neth0');
    const before = await log();
    for (const more of [[], ['--dry-run']]) {
      const refused = await importing(...more);
      t.is(refused.code, 1);
      const errors = refused.err.split('\n').filter((line) => line.startsWith('error: '));
      t.is(errors.length, 3, refused.err);
      t.regex(refused.err, /file "10\.244\.0\.7" is empty: host-local was interrupted/);
      t.regex(
        refused.err,
        /address "10\.244\.0\.8" belongs to unknown\/eth0: the runtime has no cached result/,
      );
      t.regex(
        refused.err,
        new RegExp(`address "10\\.244\\.0\\.3" of evio/.*/eth0 is held by evio/${own.name}/eth0`),
      );
    }
    t.deepEqual(await log(), before);
    await del(own);
    await rm(join(folder, '10.244.0.7'));
    await rm(join(folder, '10.244.0.8'));
  },
);

test.serial('the pods are taken over in one commit, each by a command of its own, once', async (t) => {
  const { log } = scene();
  const before = (await log()).length;
  const done = await importing('--json');
  t.is(done.code, 0, done.err);
  const states = (out: string) =>
    (JSON.parse(out) as { readonly pods: ReadonlyArray<{ readonly state: string }> }).pods.map(
      ({ state }) => state,
    );
  t.deepEqual(states(done.out), ['imported', 'imported', 'gone']);

  const appended = (await log()).slice(before);
  t.deepEqual(
    appended.map(({ type, metadata }) => [type, metadata['schema'], metadata['actor']]),
    [
      ['PodAdded', 3, 'operator'],
      ['PodWired', 1, 'operator'],
      ['PodAdded', 3, 'operator'],
      ['PodWired', 1, 'operator'],
    ],
  );
  t.is(new Set(appended.map(({ recordedAt }) => recordedAt)).size, 1);
  for (const { type, id, payload } of appended)
    if (type === 'PodAdded') t.is(id, eventId(ids, (payload as { readonly commandId: string }).commandId, 0));
  const [first] = pods;
  const link = await first?.exec('ip', '-o', 'link', 'show', 'eth0');
  t.like(appended[0]?.payload, {
    containerId: first?.name,
    pod: { namespace: 'default', name: 'web-0' },
    addresses: [{ address: '10.244.0.2', choice: { by: 'imported', from: 'host-local' } }],
    mtu: 1410,
    mac: / link\/ether (\S+) /.exec(link ?? '')?.[1],
  });
  t.is(brokenLink(await log()), undefined);

  t.deepEqual(states((await importing('--json')).out), ['known', 'known', 'gone']);
  t.is((await log()).length, before + appended.length);
});

test.serial(
  'taken-over addresses outlive the agent, are given to nobody, and go with their pod',
  async (t) => {
    const { node, add, del, makePod, pods: rows } = scene();
    await node.stopAgent('SIGKILL');
    await node.startAgent();
    await isReady(node);
    const held = async () => (await rows()).flatMap((row) => row.addresses).sort();
    t.deepEqual(await held(), ['10.244.0.2', '10.244.0.3']);
    t.deepEqual(await add(await makePod()), ['10.244.0.4']);

    const [first] = pods;
    if (first === undefined) return t.fail();
    await del(first);
    await del(first);
    t.deepEqual(await held(), ['10.244.0.3', '10.244.0.4']);
    t.regex(await first.exec('ip', '-o', 'link', 'show', 'eth0'), /eth0/, 'the link is not ours, and stays');
  },
);

test.serial('what cannot be read is refused in words, and nothing comes of it', async (t) => {
  const { node, ask, log } = scene();
  const before = await log();
  const nowhere = await node.evioctl(
    'import',
    'host-local',
    join(node.dir, 'none'),
    '--from-network',
    network,
  );
  t.is(nowhere.code, 1);
  t.regex(nowhere.err, /none\/k8s-pod-network cannot be read: .*ENOENT/);
  await t.throwsAsync(ask('POST', '/v1/import', { from: 'flannel', dryRun: 'no', pods: [{ mtu: 'x' }] }), {
    message: /the import cannot be read: .*from.*dryRun.*network/,
  });
  await t.throwsAsync(ask('POST', '/v1/join', { held: { subnets: ['10.244.0.1/24'], from: 'etcd' } }), {
    message: /held does not say which subnets/,
  });
  t.deepEqual(await log(), before);
});

test('a node without a lease is told what can be known before it has one, and what cannot', async (t) => {
  const { node, ask, makePod, log } = await makeBareScene(t);
  await node.startAgent();
  await ask('POST', '/v1/configure', { ...usual, podCidr: '10.99.0.0/16' });
  const range = { subnet: '10.244.0.0/24', rangeStart: '10.244.0.2', rangeEnd: '10.244.0.9' };
  const { add, dataDir, cacheDir } = await otherNetwork(node, network, range);
  await add(await makePod(), 'web-0');
  await writeFile(join(dataDir, network, '10.244.0.7'), '');
  const before = await log();
  const refused = await node.evioctl(
    ...['import', 'host-local', dataDir, '--from-network', network, '--cache-dir', cacheDir, '--dry-run'],
  );
  t.is(refused.code, 1);
  const [empty, lease, address, untold, ...more] = refused.err.trimEnd().split('\n');
  t.regex(empty ?? '', /^error: file "10\.244\.0\.7" is empty/);
  t.regex(lease ?? '', /^error: this node has no subnet yet: configure the cluster/);
  t.regex(
    address ?? '',
    /^error: address "10\.244\.0\.2" of evio\/.*\/eth0 is outside of the cluster's 10\.99\.0\.0\/16/,
  );
  t.regex(untold ?? '', /^cannot be told yet: which of the addresses will lie in the subnet of this node/);
  t.deepEqual(more, []);
  t.deepEqual(await log(), before);
});
