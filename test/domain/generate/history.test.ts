import test from 'ava';
import { either as E } from 'fp-ts';
import { sha256 } from '../../../adapters/system/sha256.ts';
import { clusterEvents } from '../../../domain/cluster/events.ts';
import { hostEvents } from '../../../domain/host/events.ts';
import { openAt, scratchFolder } from '../../adapters/sqlite/scratch.ts';
import { generatedAppends, generatedLog } from '../../support/logged.ts';
import { verify } from '../../support/told-history.ts';

const digest = (spec: string): string => sha256(JSON.stringify(generatedAppends(spec)));

test('the same specification makes the same history, byte for byte', (t) => {
  const small = 'nodes=5,events=1500,seed=3';
  t.is(digest(small), digest(small));
  t.not(digest(small), digest('nodes=5,events=1500,seed=4'));
});

const busy = generatedLog('nodes=60,events=30000,seed=11');

test('every law holds in it, its chains verify, and every event of a cluster of nodes occurs', (t) => {
  const { fault, breach, events } = verify(busy);
  t.deepEqual({ fault, breach }, { fault: undefined, breach: undefined });
  t.is(events, busy.length);
  t.true(busy.length >= 30_000 && busy.length < 30_010, `${busy.length} events`);
  t.deepEqual(
    [...new Set(busy.map(({ type }) => type))].sort(),
    [...Object.keys(hostEvents), ...Object.keys(clusterEvents)]
      // One node's own: its eras, and the pools of evio-ipam; what follows the restoring of a backup; more than one subnet; new lives of known nodes; what was refused; and leases with a TTL.
      .filter(
        (type) =>
          !/^(Era|Pool|Addresses|LogRestored|Leasing|SubnetRe[qt]|LeasePre|LeaseRenew|NodePre|RequestRefused|Incarnation|NodeAttested)/.test(
            type,
          ),
      )
      .sort(),
  );
});

/** As long as nothing of it is forgotten by its owner, the subnet never fills: a deployment's pods, the daemons' and a few jobs'. */
test('one node alone goes on for ever, and holds what its workload wants', (t) => {
  for (const seed of [1, 5]) {
    const log = generatedLog(`nodes=1,events=16000,seed=${seed}`);
    t.true(log.length >= 16_000);
    let [held, most] = [0, 0];
    for (const { type } of log) {
      if (type === 'HostStarted') held = 0;
      if (type === 'PodAdded') most = Math.max(most, ++held);
      if (type === 'PodDeleted') held -= 1;
    }
    t.true(most < 150, `${most} pods at once`);
  }
});

test('it ends in other ways too: addresses and subnets that run out, both families', (t) => {
  for (const spec of [
    'nodes=12,events=6000,seed=5,pod-cidr=10.244.0.0/24,node-bits=3,quarantine=1h',
    'nodes=4,events=2000,seed=5,pod-cidr=10.244.0.0/16 fd00:244::/48,node-bits=8 16,host-cidr=10.10.0.0/15',
  ]) {
    const { fault, breach } = verify(generatedLog(spec));
    t.deepEqual({ fault, breach }, { fault: undefined, breach: undefined }, spec);
  }
});

test('a store takes every append of it', async (t) => {
  const store = openAt(`${scratchFolder(t)}/ledger.db`);
  for (const { recordedAt: _, ...append } of generatedAppends('nodes=8,events=2000,seed=2')) {
    const appended = await store.append({ ...append, durability: 'written' })();
    if (E.isLeft(appended)) t.fail(JSON.stringify(appended.left));
  }
  t.true((await Array.fromAsync(store.readAll())).length >= 2000);
  await store.close();
});

test('written in eras it gives the same addresses to the same pods, and every law holds', (t) => {
  const eras = generatedLog('nodes=60,events=30000,seed=11,era-events=50');
  const { fault, breach } = verify(eras);
  t.deepEqual({ fault, breach }, { fault: undefined, breach: undefined });
  const pods = (log: typeof busy) =>
    log.filter(({ type }) => type === 'PodAdded').map(({ payload }) => payload);
  t.deepEqual(pods(eras), pods(busy).slice(0, pods(eras).length));
  t.true(eras.filter(({ type }) => type === 'EraOpened').length > 300);
});
