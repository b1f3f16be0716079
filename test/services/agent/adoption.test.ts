import test from 'ava';
import { ids } from '../../../adapters/system/ids.ts';
import { eventId } from '../../../services/seal-events.ts';
import { linesOf } from '../../support/agent-lines.ts';
import type { Netns } from '../../support/netns.ts';
import { eventually } from '../../support/node.ts';
import { scrape } from '../../support/samples.ts';
import {
  assertSound,
  type Cluster,
  type CniResult,
  eventuallyReaches,
  isReady,
  makeScene,
  refusalOf,
  resultOf,
  type Scene,
  usual,
} from '../../support/scene.ts';

const twoPods = async (t: Parameters<typeof makeScene>[0], cluster?: Cluster) => {
  const scene = await makeScene(t, cluster);
  const [one, other] = await scene.makePods(2);
  if (one === undefined || other === undefined) throw new Error('there are no pods');
  const add = async (pod: Netns): Promise<CniResult> => resultOf(await scene.cni('ADD', pod));
  const results = [[one, await add(one)] as const, [other, await add(other)] as const];
  const addresses = results.flatMap(([, { ips }]) => ips.map(({ address }) => address.replace(/\/.*/, '')));
  return { scene, one, other, results, addresses };
};

/** The agent runs on a log that knows nothing of its pods: the old one was lost with its disk. */
const loseLog = async (
  { node, ask }: Scene,
  cluster: Cluster = usual,
  ...agentArgs: ReadonlyArray<string>
): Promise<void> => {
  await node.stopAgent('SIGKILL');
  await node.startAgent('--state-dir', `${node.dir}/fresh`, ...agentArgs);
  await ask('POST', '/v1/configure', cluster);
  await ask('POST', '/v1/join', {});
};

/** What the log knows of its pods, but for when and how it learnt that. */
const known = async ({ pods }: Scene): Promise<ReadonlyArray<unknown>> =>
  (await pods())
    .map(({ containerId, addresses, mac, hostIfname, status }) => ({
      containerId,
      addresses,
      mac,
      hostIfname,
      status,
    }))
    .sort((a, b) => (a.containerId < b.containerId ? -1 : 1));

const dualStack: Cluster = {
  podCidr: ['10.244.0.0/16', 'fd00:244::/48'],
  nodeBits: [8, 16],
  hostCidr: '10.10.0.0/16',
};

test.serial('a lost log is rebuilt from the marks of live pods before the first ADD', async (t) => {
  const { scene, one, other, results, addresses } = await twoPods(t, dualStack);
  const { node, pods, add, del, cni, makePod } = scene;
  const before = await known(scene);
  await loseLog(scene, dualStack);
  await isReady(node);

  t.deepEqual(await known(scene), before);
  t.is((await scrape(node))['evio_repairs_total{what="pod-adopted"}'], 2);
  t.deepEqual(
    (await scene.log())
      .filter(({ type }) => type === 'PodAdded')
      .flatMap(({ payload }) => (payload as { addresses: ReadonlyArray<{ choice: unknown }> }).addresses)
      .map(({ choice }) => choice),
    Array.from({ length: 4 }, () => ({ by: 'imported', from: 'adoption' })),
  );
  for (const [pod, prevResult] of results)
    t.is((await cni('CHECK', pod, { config: { prevResult } })).code, 0);

  const late = await makePod();
  const given = await add(late);
  t.false(addresses.some((address) => given.includes(address)));
  await eventuallyReaches(late, addresses[0] ?? '');
  await del(one);
  await del(other);
  await del(late);
  await assertSound(t, scene);
  t.deepEqual(await pods(), []);
  const verified = await node.evioctl('verify', '--log', `${node.dir}/fresh/ledger.db`);
  t.is(verified.code, 0, verified.err);
});

test.serial('adopted pods that end together without DEL are each released', async (t) => {
  const scene = await makeScene(t);
  const { node, pods, makePods, add } = scene;
  const made = await makePods(4);
  for (const pod of made) await add(pod);
  await loseLog(scene, usual, '--sweep', '1');
  await isReady(node);
  const added = (await scene.log()).filter(({ type }) => type === 'PodAdded');
  t.deepEqual(
    added.map(({ id }) => id),
    added.map(({ payload }) => eventId(ids, (payload as { readonly commandId: string }).commandId, 0)),
  );
  const [kept, ...ending] = made;
  await Promise.all(ending.map((pod) => pod.remove()));
  await eventually('they are released', async () => ((await pods()).length === 1 ? true : undefined));
  t.deepEqual(
    (await pods()).map(({ containerId }) => containerId),
    [kept?.name],
  );
  await assertSound(t, scene);
  const verified = await node.evioctl('verify', '--log', `${node.dir}/fresh/ledger.db`);
  t.is(verified.code, 0, verified.err);
});

test.serial(
  'where older programs read along nobody is adopted, and STATUS and ADD name the remedy',
  async (t) => {
    const { scene, one, other } = await twoPods(t);
    const { node, cni, makePod, ask, pods } = scene;
    await loseLog(scene, { ...usual, minReader: 3 } as Cluster, '--sweep', '1');
    const remedy = /evioctl configure with --min-reader 4/;
    const reasons = await eventually('the links are named', async () => {
      const found = (await node.status()).reasons.join('\n');
      return found.includes('generation 4') ? found : undefined;
    });
    t.regex(reasons, remedy);
    t.regex((await cni('ADD', await makePod())).out, remedy);
    const failed = (await linesOf(node)).find(({ message }) => message.startsWith('live pods could not be'));
    t.regex(String(failed?.['remedy']), remedy);

    await ask('POST', '/v1/configure', { ...usual, minReader: 4 });
    await isReady(node);
    t.deepEqual((await pods()).map(({ containerId }) => containerId).sort(), [one.name, other.name].sort());
    const adopted = (await linesOf(node)).filter(({ message }) => message.includes('was adopted'));
    t.deepEqual(adopted.map(({ containerId }) => containerId).sort(), [one.name, other.name].sort());
  },
);

test.serial('GC forgets an adopted pod that its runtime no longer lists', async (t) => {
  const { scene, one, other } = await twoPods(t);
  await loseLog(scene);
  await isReady(scene.node);
  const valid = [{ containerID: other.name, ifname: 'eth0' }];
  const collected = await scene.cni('GC', one, {
    cniVersion: '1.1.0',
    config: { 'cni.dev/valid-attachments': valid },
  });
  t.is(collected.code, 0, collected.out);
  t.deepEqual(
    (await scene.pods()).map(({ containerId }) => containerId),
    [other.name],
  );
  await assertSound(t, scene);
});

test.serial('what cannot be adopted is named, and stops ADDs until it is gone', async (t) => {
  const { scene, one, other } = await twoPods(t);
  const { node, add, del, cni, makePod, pods } = scene;
  const row = (await pods()).find(({ containerId }) => containerId === one.name);
  await node.ovs.vsctl('set', 'port', row?.hostIfname ?? '', 'external_ids:netns-id=lost');
  await loseLog(scene);
  await eventually('the other is adopted', async () => ((await pods()).length === 1 ? true : undefined));
  const late = await makePod();
  const refused = await cni('ADD', late);
  t.is(refusalOf(refused).code, 11);
  t.true(refusalOf(refused).msg.includes(`evio/${one.name}/eth0`), refused.out);
  t.true(refusalOf(refused).msg.includes('"netns-id" of its port, "lost", cannot be read'), refused.out);
  await eventually('STATUS names it, too', async () =>
    (await node.status()).reasons.join().includes(one.name) ? true : undefined,
  );
  await eventuallyReaches(one, '10.244.0.1');

  await del(one);
  await isReady(node);
  await add(late);
  t.deepEqual((await pods()).map(({ containerId }) => containerId).sort(), [late.name, other.name].sort());
  await assertSound(t, scene);
});

test.serial('pods of another subnet than the new lease are left alone, and named with it', async (t) => {
  const { scene, one } = await twoPods(t);
  await loseLog(scene, { ...usual, podCidr: '10.245.0.0/16' });
  const reasons = await eventually('the links are noticed', async () => {
    const found = (await scene.node.status()).reasons;
    return found.length === 2 && found.every((reason) => reason.includes('10.245.0.0/24'))
      ? found
      : undefined;
  });
  t.true(
    reasons
      .join()
      .includes(`address "10.244.0.2" of evio/${one.name}/eth0 is outside of this node's 10.245.0.0/24`),
    reasons.join(),
  );
  t.is((await scene.pods()).length, 0);
  t.is((await scene.links()).length, 2);
});
