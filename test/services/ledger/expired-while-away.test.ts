import test from 'ava';
import type { EventStore } from '../../../domain/port/event-store.ts';
import { scratchFolder } from '../../adapters/sqlite/scratch.ts';
import { configuration, ofTwo } from '../../support/cluster.ts';
import { cuttingProxy } from '../../support/cutting-proxy.ts';
import { nodeName } from '../../support/events.ts';
import { addPod, deletePod } from '../../support/host.ts';
import { askHost } from '../../support/kept-host.ts';
import { beginMember } from '../../support/member.ts';
import { eventually } from '../../support/node.ts';
import { serveCluster } from '../../support/served-cluster.ts';
import { plainAddress } from '../../support/wire.ts';

const patienceMs = 60_000;

/** Two subnets, and no quarantine that would hide a lease that is given too soon. */
const scarce = {
  ...ofTwo,
  hostCidr: configuration.hostCidr,
  quarantineSeconds: 0,
  minReader: 7,
  leaseTtlSeconds: 10,
};

/** What was decided of one node's subnets, in order. */
const decisionsOf = async (store: EventStore, node: string): Promise<ReadonlyArray<string>> =>
  (await Array.fromAsync(store.readStream('cluster-evio'))).flatMap(({ type, payload }) => {
    const { subnet, node: of, by } = JSON.parse(payload);
    return subnet === undefined || of !== node ? [] : [[type, ...(by === undefined ? [] : [by])].join(' ')];
  });

/** A machine's clock that a test may have stand for a while that passed. */
const bootClockOf = (bootId: string) => {
  let sleptMs = 0;
  return {
    passed: (ms: number) => {
      sleptMs += ms;
    },
    bootClock: { bootId, sinceBootMs: () => performance.now() + sleptMs },
  };
};

test('a node that is away stops by its own clock; when its lease expires it is another’s, and the node drains and begins anew', async (t) => {
  const { port, address, store } = await serveCluster(t, scarce);
  const proxy = await cuttingProxy(t, port);
  const clocks = [bootClockOf('a boot'), bootClockOf('a boot')] as const;
  const ports = (own: (typeof clocks)[number]) => (given: object) =>
    ({ ...given, bootClock: own.bootClock }) as never;
  const away = await beginMember(
    t,
    { folder: scratchFolder(t), address: plainAddress(proxy.port) },
    ports(clocks[0]),
  );
  const lapse = () => away.ledger?.lapse();
  await away.join();
  const [subnet] = (await away.leased()).subnets;
  await eventually('its lease is confirmed', async () => (lapse() === undefined ? true : undefined));
  await askHost(away.host, addPod('before'));
  await away.shipped();
  const other = await beginMember(t, { folder: scratchFolder(t), address, node: 'node-2' }, ports(clocks[1]));
  await other.join();
  await other.leased();

  proxy.refuse(true);
  proxy.cut();
  t.is(lapse(), undefined);
  await eventually('it stops by its own clock', async () => lapse(), patienceMs);
  const { silentSeconds = 0, ttlSeconds } = lapse() ?? {};
  t.is(ttlSeconds, 10);
  t.true(silentSeconds >= 7);
  t.deepEqual(await decisionsOf(store, 'node-1'), ['SubnetLeased'], 'and long before anybody else');
  const expired = ['SubnetLeased', 'LeaseRevoked', 'SubnetReleased ttl'];
  await eventually(
    'it expires',
    async () => ((await decisionsOf(store, 'node-1')).length >= expired.length ? true : undefined),
    patienceMs,
  );
  t.deepEqual(await decisionsOf(store, 'node-1'), expired);
  const third = await beginMember(t, { folder: scratchFolder(t), address, node: 'node-3' }, ports(clocks[1]));
  await third.join();
  t.deepEqual((await third.leased()).subnets, [subnet as never]);

  proxy.refuse(false);
  const fence = await eventually('it learns of it', async () => away.host.state().fence, patienceMs);
  t.regex(fence, /^the ledger has not heard of node-1 since 20.*, and the lease's TTL is over$/);
  t.is(away.host.state().attachments.size, 1, 'its pod runs on');
  await askHost(away.host, deletePod('before'));
  await eventually('it has given back', async () =>
    away.host.state().lease === undefined ? true : undefined,
  );
  await away.shipped();
  await askHost(third.host, { type: 'request-leave' });
  await third.shipped();
  await askHost(away.host, { type: 'request-join', node: nodeName('node-1'), publicKey: 'key' });
  t.deepEqual((await away.leased()).subnets, [subnet as never]);
  await eventually('it serves again', async () => (lapse() === undefined ? true : undefined));
  t.deepEqual(await decisionsOf(store, 'node-1'), [...expired, 'SubnetLeased']);
  t.false(
    (await Array.fromAsync(store.readStream('cluster-evio'))).some(({ type }) => type === 'RequestRefused'),
  );
});

test('a node that comes back in time serves on; neither its restart nor its sleep adds to the term', async (t) => {
  const { port, store } = await serveCluster(t, { ...scarce, leaseTtlSeconds: 3600 });
  const proxy = await cuttingProxy(t, port);
  const { passed, bootClock } = bootClockOf('a boot');
  const [folder, address] = [scratchFolder(t), plainAddress(proxy.port)];
  const start = (clock = bootClock) =>
    beginMember(t, { folder, address }, (given) => ({ ...given, bootClock: clock }));
  const first = await start();
  await first.join();
  await first.leased();
  await eventually('its lease is confirmed', async () =>
    first.ledger?.lapse() === undefined ? true : undefined,
  );
  await first.end();

  proxy.refuse(true);
  proxy.cut();
  const offline = await start();
  t.is(offline.ledger?.lapse(), undefined, 'a restart takes nothing of the term');
  passed(2_600_000);
  t.is(offline.ledger?.lapse(), undefined);
  await offline.end();
  const again = await start();
  t.is(again.ledger?.lapse(), undefined);
  passed(200_000);
  t.like(again.ledger?.lapse(), { type: 'lease-lapsed', ttlSeconds: 3600 }, 'and adds nothing to it');
  await again.end();
  const rebooted = await start({ ...bootClock, bootId: 'another boot' });
  t.deepEqual(rebooted.ledger?.lapse(), {
    type: 'lease-lapsed',
    ttlSeconds: 3600,
    silentSeconds: undefined,
  });

  proxy.refuse(false);
  await eventually('it serves again', async () =>
    rebooted.ledger?.lapse() === undefined ? true : undefined,
  );
  t.deepEqual(await decisionsOf(store, 'node-1'), ['SubnetLeased']);
  // A third of the TTL later it says so again.
  const said = async () =>
    (await Array.fromAsync(store.readStream(rebooted.hostStream()))).filter(
      ({ type }) => type === 'LeaseRenewed',
    ).length;
  const before = await said();
  passed(1_300_000);
  await eventually('it says that it is there', async () => ((await said()) > before ? true : undefined));
});
