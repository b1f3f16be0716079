import { setImmediate as turn } from 'node:timers/promises';
import test from 'ava';
import { either as E } from 'fp-ts';
import { fold } from '../../../domain/decider.ts';
import { host as decider } from '../../../domain/host/decider.ts';
import type { HostEvent } from '../../../domain/host/events.ts';
import { cookieOf } from '../../../domain/ovs/cookie.ts';
import type { Flow, FlowChange, FlowSeen } from '../../../domain/ovs/flow.ts';
import { podFlows } from '../../../domain/ovs/pod-flows.ts';
import { podPort } from '../../../domain/ovs/port.ts';
import type { AgentConfiguration } from '../../../services/agent/configuration.ts';
import type { AgentPorts, Host } from '../../../services/agent/ports.ts';
import { makeToldFlows } from '../../../services/agent/told-flows.ts';
import { makeTurns } from '../../../services/agent/turns.ts';
import { podAdded, podWired } from '../../support/events.ts';
import { joined } from '../../support/host.ts';
import { eventually } from '../../support/node.ts';

const configuration = {
  bridge: { name: 'evio0', datapathType: 'netdev', mtu: 1410 },
  antiSpoofing: true,
} as unknown as AgentConfiguration;

const linkOf = (number: number): string => `evio${String(number).padStart(11, '0')}`;
const keyOf = (number: number): string => `evio/c${number}/eth0`;

/** A node with so many pods whose flows are all there, and what is asked of its switch. */
const node = (count: number) => {
  const added = Array.from({ length: count }, (_, at) =>
    podAdded(`c${at}`, `10.244.0.${at + 2}`, { hostIfname: linkOf(at) }),
  );
  const events: ReadonlyArray<HostEvent> = [...joined, ...added, ...added.map((_, at) => podWired(`c${at}`))];
  const state = fold(decider, events);
  const desired = added.map((one, at) => podFlows(one, at + 1));
  let there: ReadonlyArray<Flow> = desired.flat();
  const asked: Array<string | undefined> = [];
  const changed: FlowChange[] = [];
  let reachable = true;
  const silent = (): void => undefined;
  const repairs: number[] = [];
  const ports = {
    flows: {
      flows: (cookie?: string) => async () => {
        asked.push(cookie);
        if (!reachable) return E.left({ type: 'flows-unreachable', reason: 'it is away' });
        const seen = there.filter((flow) => cookie === undefined || flow.cookie === cookie);
        return E.right(seen.map((flow): FlowSeen => ({ cookie: flow.cookie, flow })));
      },
      change: (changes: ReadonlyArray<FlowChange>) => async () => {
        changed.push(...changes);
        for (const change of changes)
          there =
            change.type === 'add'
              ? [...there, change.flow]
              : there.filter(({ cookie }) => cookie !== change.cookie);
        return E.right(undefined);
      },
    },
    switch: {
      ports: () => async () =>
        E.right(
          added.map((one, at) => ({
            ...podPort({ bridge: 'evio0', guarded: true }, one, 'event'),
            ofport: at + 1,
            error: undefined,
          })),
        ),
    },
    timer: { sleep: () => turn() },
    log: { debug: silent, info: silent, warn: silent, error: silent },
    metrics: { record: (_metric: string, value: number) => repairs.push(value) },
  } as unknown as AgentPorts;
  const turns = makeTurns();
  let settled = 0;
  const tell = makeToldFlows(
    ports,
    configuration,
    { state: () => state } as unknown as Host,
    turns,
    (repair) => repair(),
    () => {
      settled += 1;
    },
  );
  return {
    ...{ turns, tell, asked, changed, desired, repairs },
    there: () => there,
    settled: () => settled,
    cookie: (number: number): string => cookieOf(linkOf(number)) ?? '',
    /** Somebody leads all flows of this pod elsewhere: as many are there as before. */
    redirect: (number: number): void => {
      const cookie = cookieOf(linkOf(number));
      there = there.map((flow) => (flow.cookie === cookie ? { ...flow, output: 'drop' } : flow));
    },
    away: (): void => {
      reachable = false;
    },
  };
};

const inOrder = (flows: ReadonlyArray<Flow>) => flows.map((flow) => JSON.stringify(flow)).sort();

const isRight = ({ there, desired }: ReturnType<typeof node>): Promise<true> =>
  eventually('the flows are as they should be', async () =>
    JSON.stringify(inOrder(there())) === JSON.stringify(inOrder(desired.flat())) ? true : undefined,
  );

test('flows that were changed in their place are put right when they are told of, and only these are asked for', async (t) => {
  const one = node(3);
  one.redirect(1);
  one.tell(new Set([one.cookie(1)]));
  await isRight(one);
  t.deepEqual(one.asked, [one.cookie(1)]);
  t.true(
    one.changed.every((change) => (change.type === 'add' ? change.flow : change).cookie === one.cookie(1)),
  );
  t.deepEqual(one.repairs, [one.changed.length]);
});

test('what is told is put right, whoever else has a turn', async (t) => {
  const one = node(3);
  const end = Promise.withResolvers<void>();
  const other = one.turns.take(keyOf(0), () => end.promise);
  one.redirect(1);
  one.tell(new Set([one.cookie(1)]));
  await isRight(one);
  end.resolve();
  await other;
  t.is(one.repairs.length, 1);
});

test('what an ADD or DEL is at is left to it, and put right when it has ended', async (t) => {
  const one = node(2);
  const end = Promise.withResolvers<void>();
  const adding = one.turns.take(keyOf(1), () => end.promise);
  one.redirect(1);
  one.tell(new Set([one.cookie(1)]));
  await eventually('it was looked at again', async () => (one.asked.length > 2 ? true : undefined));
  t.deepEqual(one.changed, []);
  end.resolve();
  await adding;
  await isRight(one);
  t.is(one.repairs.length, 1);
});

test('a CHECK keeps nobody from putting flows right', async (t) => {
  const one = node(2);
  const end = Promise.withResolvers<void>();
  const checking = one.turns.look(keyOf(1), () => end.promise);
  one.redirect(1);
  one.tell(new Set([one.cookie(1)]));
  await isRight(one);
  end.resolve();
  await checking;
  t.is(one.repairs.length, 1);
});

test('flows of nobody go; where it is not known whose flows are others, all are asked for', async (t) => {
  const one = node(2);
  one.redirect(0);
  one.redirect(1);
  one.tell('any');
  await isRight(one);
  t.deepEqual(one.asked, [undefined]);
  one.tell(new Set(Array.from({ length: 40 }, (_, at) => one.cookie(100 + at))));
  await eventually('it was looked at', async () => (one.asked.length === 2 ? true : undefined));
  t.deepEqual(one.asked, [undefined, undefined], 'many are asked for together');
});

test('where the switch does not answer everything is compared, which says so', async (t) => {
  const one = node(1);
  one.away();
  one.tell(new Set([one.cookie(0)]));
  await eventually('it is left to that', async () => (one.settled() > 0 ? true : undefined));
  t.deepEqual(one.changed, []);
});
