import test from 'ava';
import { either as E } from 'fp-ts';
import { fold } from '../../../domain/decider.ts';
import { host as decider } from '../../../domain/host/decider.ts';
import type { HostEvent } from '../../../domain/host/events.ts';
import { preparedAlias } from '../../../domain/kernel/prepared-alias.ts';
import type { AgentConfiguration } from '../../../services/agent/configuration.ts';
import type { AgentPorts, Host } from '../../../services/agent/ports.ts';
import type { Prepared } from '../../../services/agent/prepared-pods.ts';
import { settlePrepared } from '../../../services/agent/settle-prepared.ts';
import { makeTurns } from '../../../services/agent/turns.ts';
import { podAdded } from '../../support/events.ts';
import { joined } from '../../support/host.ts';

const key = 'evio/aa/eth0';
const link = 'evio00000000aaa';
const minute = 60_000;

/** A node at a moment of its clock, and the links that were removed from it. */
const node = (...events: ReadonlyArray<HostEvent>) => {
  const clock = { now: 0 };
  const removed: string[] = [];
  const turns = makeTurns();
  const nothing = () => async () => E.right(undefined);
  const ports = {
    clock: { monotonicMs: () => clock.now },
    kernel: {
      detachPod: (name: string) => async () => {
        removed.push(name);
        return E.right(undefined);
      },
    },
    switch: { removePort: nothing },
    flows: { change: nothing },
    log: { info: () => undefined, warn: () => undefined },
  } as unknown as AgentPorts;
  const host = { state: () => fold(decider, [...joined, ...events]) } as unknown as Host;
  const settle = (alias: string) =>
    settlePrepared(ports, { antiSpoofing: true } as AgentConfiguration, host, turns, [
      { name: link, alias, up: true, mtu: 1350 },
    ]);
  return { clock, turns, removed, settle };
};

const prepared: Prepared = {
  ...{ network: 'evio', containerId: 'aa', ifname: 'eth0' },
  hostIfname: link,
  mac: '06:00:00:00:0a:aa',
  netns: { path: '/run/netns/aa', device: 4, inode: 1 },
  requestId: 'run',
  sinceMs: 0,
  ofport: 7,
};

test('what is prepared waits for two minutes, and no longer', async (t) => {
  const { clock, turns, removed, settle } = node();
  turns.prepared.set(key, prepared);
  clock.now = 2 * minute;
  await settle(preparedAlias(key));
  t.deepEqual([removed, turns.prepared.size], [[], 1]);
  clock.now += 1;
  await settle(preparedAlias(key));
  t.deepEqual([removed, turns.prepared.size], [[link], 0]);
});

test('one whose ADD comes in that moment is left alone', async (t) => {
  const { clock, turns, removed, settle } = node();
  turns.prepared.set(key, prepared);
  clock.now = 3 * minute;
  const adding = turns.take(key, async () => turns.prepared.delete(key));
  await settle(preparedAlias(key));
  await adding;
  t.deepEqual(removed, []);
});

test('one that nobody knows of is removed at once; pods’ own links are given back', async (t) => {
  const { removed, settle } = node();
  t.deepEqual(await settle(preparedAlias(key)), []);
  t.deepEqual(removed, [link]);
  t.deepEqual(
    (await settle(key)).map(({ name }) => name),
    [link],
  );
  t.deepEqual(removed, [link]);
});

test('one that is an attachment by now is its ADD’s', async (t) => {
  const { removed, settle } = node(podAdded('aa', '10.244.0.2', { hostIfname: link }));
  await settle(preparedAlias(key));
  t.deepEqual(removed, []);
});

test('one whose turn is taken is in the middle of something', async (t) => {
  const { turns, removed, settle } = node();
  const end = Promise.withResolvers<void>();
  const busy = turns.take(key, () => end.promise);
  await settle(preparedAlias(key));
  end.resolve();
  await busy;
  t.deepEqual(removed, []);
});
