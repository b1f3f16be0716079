import { setTimeout as sleep } from 'node:timers/promises';
import test from 'ava';
import { makeLedgered, ownLog, shipped } from '../../support/ledgered-scene.ts';
import { eventually } from '../../support/node.ts';
import { scrape } from '../../support/samples.ts';
import { eventuallyReaches, isReady, refusalOf } from '../../support/scene.ts';

const patienceMs = 60_000;

test.serial(
  'with a TTL a node without its ledger stops giving addresses, keeps its pods, also through a restart, and goes on when the ledger is back',
  async (t) => {
    const { scene, ledger, credentialOf } = await makeLedgered(t, '--lease-ttl', '12s');
    const { node, makePods, add, del, cni } = scene;
    const address = await credentialOf('node-1');
    await node.startAgent('--ledger', address);
    const generated = await node.configGen('--ledger', address, '--wait', '120');
    t.is(generated.code, 0, generated.err);
    await isReady(node);
    const [one, two, three] = await makePods(3);
    if (one === undefined || two === undefined || three === undefined) return t.fail();
    await add(one);
    await add(two);
    const status = () => cni('STATUS', three, { cniVersion: '1.1.0' });
    t.regex(
      (await node.evioctl('status')).out,
      /^lease TTL {5}12 s: served for \d s more without the ledger$/m,
    );
    const { evio_lease_ttl_seconds: ttl, evio_lease_served_seconds: served = 0 } = await scrape(node);
    t.is(ttl, 12);
    t.true(served > 0 && served <= 9, `${served}`);

    await ledger.server.end('SIGKILL');
    const lapsed = () =>
      eventually(
        'it serves no more',
        async () => {
          const said = await status();
          return said.code === 0 ? undefined : refusalOf(said);
        },
        patienceMs,
      );
    const said = await lapsed();
    t.is(said.code, 50);
    t.regex(
      JSON.stringify(said),
      /has not confirmed this node's lease for \d+ s, and leases have a TTL of 12 s/,
    );
    t.regex(JSON.stringify(said), /let the node reach its ledger again/);
    const refused = refusalOf(await cni('ADD', three));
    t.is(refused.code, 11);
    t.regex(refused.msg, /TTL of 12 s/);
    t.regex(refused.details ?? '', /let the node reach its ledger again/);
    await eventuallyReaches(one, '10.244.0.1');
    await del(two);
    t.regex(
      (await node.evioctl('status')).out,
      /^lease TTL {5}12 s: not served until the ledger confirms it$/m,
    );
    t.is((await scrape(node))['evio_lease_served_seconds'], 0);

    await node.stopAgent('SIGKILL');
    await node.startAgent('--ledger', address);
    t.is((await lapsed()).code, 50, 'a restart is no renewal');
    t.is(refusalOf(await cni('ADD', three)).code, 11);

    await ledger.restart();
    await eventually(
      'it serves again',
      async () => ((await status()).code === 0 ? true : undefined),
      patienceMs,
    );
    await add(three);
    await eventuallyReaches(three, '10.244.0.1');
    await eventuallyReaches(one, '10.244.0.1');
    await shipped(scene);
    const verified = await node.evioctl('verify', '--log', ownLog(scene));
    t.is(verified.code, 0, verified.out + verified.err);
  },
);

test.serial('an ADD that was admitted in time, and is wired when the TTL is over, is undone', async (t) => {
  const { scene, ledger, credentialOf } = await makeLedgered(t, '--lease-ttl', '12s');
  const { node, makePods, pods, log, cni } = scene;
  const address = await credentialOf('node-1');
  await node.startAgent('--ledger', address);
  const generated = await node.configGen('--ledger', address, '--wait', '120');
  t.is(generated.code, 0, generated.err);
  await isReady(node);
  const [one] = await makePods(1);
  if (one === undefined) return t.fail();

  const served = async () => (await scrape(node))['evio_lease_served_seconds'] ?? 0;
  const isServed = (what: string, holds: (seconds: number) => boolean) =>
    eventually(what, async () => (holds(await served()) ? true : undefined), patienceMs);
  await isServed('the lease is confirmed', (seconds) => seconds > 5);
  await ledger.server.end('SIGKILL');
  await node.ovs.killSwitchd();
  await isServed('little of the term is left', (seconds) => seconds <= 5);
  const adding = cni('ADD', one);
  await eventually('it is reserved', async () => ((await pods()).length === 1 ? true : undefined));
  await isServed('the lease lapses', (seconds) => seconds === 0);
  // Whole seconds are told: the last one runs still.
  await sleep(1500);
  await node.ovs.startSwitchd();
  const refused = refusalOf(await adding);
  t.is(refused.code, 11);
  t.regex(refused.msg, /TTL of 12 s/);
  t.deepEqual(await pods(), []);
  t.is((await log()).filter(({ type }) => type === 'PodDeleted').length, 1);
});
