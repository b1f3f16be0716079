import test from 'ava';
import { either as E } from 'fp-ts';
import { fold } from '../../../domain/decider.ts';
import { host as decider } from '../../../domain/host/decider.ts';
import { podFlows } from '../../../domain/ovs/pod-flows.ts';
import { podPort } from '../../../domain/ovs/port.ts';
import type { PortSeen } from '../../../domain/port/switch.ts';
import type { AgentConfiguration } from '../../../services/agent/configuration.ts';
import type { AgentPorts, Host } from '../../../services/agent/ports.ts';
import { flowsHaveDrifted } from '../../../services/agent/reconcile-flows.ts';
import { makeTurns } from '../../../services/agent/turns.ts';
import { watchUnderWay } from '../../../services/agent/under-way.ts';
import { podAdded, podWired } from '../../support/events.ts';
import { joined } from '../../support/host.ts';

const configuration = {
  bridge: { name: 'evio0', datapathType: 'netdev', mtu: 1410 },
  antiSpoofing: true,
} as unknown as AgentConfiguration;

const links = ['evio00000000000', 'evio00000000001'];
const pods = links.map((hostIfname, at) => podAdded(`c${at}`, `10.244.0.${at + 2}`, { hostIfname }));
const state = fold(decider, [...joined, ...pods, podWired('c0'), podWired('c1')]);
const host = { state: () => state } as unknown as Host;
const written = new Map(links.map((name, at) => [name, at + 1]));
const allFlows = pods.flatMap((pod, at) => podFlows(pod, at + 1)).length;

/** A look at a switch that has given the ports these numbers, while the first pod's DEL is under way or nobody's is. */
const look = async (ofports: readonly [number, number], deleting: boolean, flows = allFlows) => {
  const seen = pods.map((pod, at): PortSeen => {
    const port = podPort({ bridge: 'evio0', guarded: true }, pod, 'event');
    return { ...port, tag: undefined, ofport: ofports[at], error: undefined } as unknown as PortSeen;
  });
  let counted = 0;
  const ports = {
    flows: {
      count: () => async () => {
        counted += 1;
        return E.right(flows);
      },
    },
  } as unknown as Pick<AgentPorts, 'flows'>;
  const turns = makeTurns();
  const end = Promise.withResolvers<void>();
  const turn = deleting ? turns.take('evio/c0/eth0', () => end.promise) : Promise.resolve();
  const drifted = await flowsHaveDrifted(
    ports,
    configuration,
    host,
    turns.prepared.values(),
    watchUnderWay(host, turns),
    seen,
    written,
  );
  end.resolve();
  await turn;
  return { drifted, counted };
};

test('a port with another number than its flows name is drift, whoever else is under way', async (t) => {
  for (const deleting of [false, true])
    t.deepEqual(await look([1, 9], deleting), { drifted: true, counted: 0 });
});

test('the port of a DEL under way is not judged, nor is the number of flows while there is one', async (t) => {
  t.deepEqual(await look([9, 2], true, 1), { drifted: false, counted: 0 });
  t.deepEqual(await look([9, 2], false), { drifted: true, counted: 0 });
  t.deepEqual(await look([1, 2], false, allFlows - 1), { drifted: true, counted: 1 });
  t.deepEqual(await look([1, 2], false), { drifted: false, counted: 1 });
});
